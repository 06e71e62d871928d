using System.Runtime.InteropServices;
using Fraud.Model.Registry;
using Google.Protobuf;
using Onnx;

namespace Fraud.Model.Spiking;

/// <summary>
/// Reads a network back out of the graph that <see cref="SpikingToOnnx"/> wrote, so that a shipped model can be held
/// against the trainer's own forward pass and its spikes be counted.
/// </summary>
internal static class SpikingFromOnnx
{
    /// <summary>Null when the graph is no spiking network of ours, such as trees.</summary>
    /// <exception cref="ModelRefusedException">The file is no ONNX model, or its parameters do not fit together.</exception>
    public static SpikingNetwork? TryRead(byte[] onnx)
    {
        GraphProto graph;
        try
        {
            graph = ModelProto.Parser.ParseFrom(onnx).Graph;
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ModelRefusedException("model.onnx: expected an ONNX model", error);
        }

        var tensors = graph.Initializer.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        return tensors.ContainsKey(SpikingToOnnx.Readout) && tensors.ContainsKey(SpikingToOnnx.Leak) ? Network(tensors) : null;
    }

    private static SpikingNetwork Network(Dictionary<string, TensorProto> tensors)
    {
        var centers = Read(SpikingToOnnx.Centers);
        var first = Read(SpikingToOnnx.FirstBiases);
        var second = Read(SpikingToOnnx.SecondBiases);
        var weights = new SpikingWeights(centers.Length, first.Length, second.Length);
        Copy(SpikingToOnnx.FirstWeights, weights.FirstWeights);
        foreach (ref var weight in weights.FirstWeights)
        {
            weight *= InputScale.Grid;
        }

        Copy(SpikingToOnnx.FirstBiases, weights.FirstBiases);
        Copy(SpikingToOnnx.SecondWeights, weights.SecondWeights);
        Copy(SpikingToOnnx.SecondBiases, weights.SecondBiases);
        Copy(SpikingToOnnx.Readout, weights.Readout);
        Copy(SpikingToOnnx.ReadoutBias, new Span<float>(ref weights.ReadoutBias));
        var options = new SpikingOptions
        {
            FirstLayer = first.Length,
            SecondLayer = second.Length,
            Steps = tensors.Keys.Count(static name => name.StartsWith(SpikingToOnnx.ShareOfStep, StringComparison.Ordinal)),
            Leak = Read(SpikingToOnnx.Leak)[0],
        };
        return new SpikingNetwork(new InputScale(centers, Read(SpikingToOnnx.Scales)), weights, options);

        float[] Read(string name) => tensors.TryGetValue(name, out var tensor) && tensor.RawData.Length >= sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : throw new ModelRefusedException($"model.onnx: expected the values of '{name}'");

        void Copy(string name, Span<float> into)
        {
            var values = Read(name);
            if (values.Length != into.Length)
            {
                throw new ModelRefusedException($"model.onnx: '{name}': expected {into.Length} values, not {values.Length}");
            }

            values.CopyTo(into);
        }
    }
}
