using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace Fraud.Model.Spiking;

/// <summary>
/// Writes the network as an ONNX graph unrolled over its steps, of standard operators only: input float
/// [rows, inputs], outputs labels int64 [rows] and probabilities float [rows, 2], as the trees have them.
/// </summary>
internal sealed class SpikingToOnnx
{
    // The names by which SpikingFromOnnx finds the parameters again.
    public const string Centers = "centers", Scales = "scales", FirstWeights = "first_weights", FirstBiases = "first_biases",
        SecondWeights = "second_weights", SecondBiases = "second_biases", Readout = "readout", ReadoutBias = "readout_bias",
        Leak = "leak", ShareOfStep = "share_";

    private readonly GraphProto _graph = new() { Name = "fraud" };
    private int _step;

    private SpikingToOnnx()
    {
    }

    public static byte[] Convert(SpikingNetwork network) => new SpikingToOnnx().Write(network);

    private byte[] Write(SpikingNetwork network)
    {
        var weights = network.Weights;
        _graph.Input.Add(Tensor("features", TensorProto.Types.DataType.Float, weights.Inputs));
        _graph.Output.Add(Tensor("label", TensorProto.Types.DataType.Int64, null));
        _graph.Output.Add(Tensor("probabilities", TensorProto.Types.DataType.Float, 2));
        Constant(Leak, network.Options.Leak);
        Constant("threshold", LeakyNeurons.Threshold);

        Constant(Centers, network.Scale.Centers, weights.Inputs);
        Constant(Scales, network.Scale.Scales, weights.Inputs);
        Constant("lowest", -InputScale.Limit);
        Constant("highest", InputScale.Limit);
        Constant("grid", InputScale.Grid);
        var centred = Node("Sub", "centred", "features", Centers);
        var standard = Node("Mul", "standard", centred, Scales);
        var clipped = Node("Clip", "clipped", standard, "lowest", "highest");
        var input = Node("Round", "on_grid", Node("Mul", "in_steps", clipped, "grid"));

        // Dividing the weights instead of each input by a power of two changes no bit.
        Constant(FirstWeights, [.. weights.FirstWeights.ToArray().Select(static weight => weight / InputScale.Grid)], weights.Inputs, weights.First);
        Constant(FirstBiases, weights.FirstBiases, weights.First);
        Constant(SecondWeights, weights.SecondWeights, weights.First, weights.Second);
        Constant(SecondBiases, weights.SecondBiases, weights.Second);
        var current = Node("Add", "first_current", Node("MatMul", "first_sum", input, FirstWeights), FirstBiases);

        var shares = SpikingPass.ReadoutShares(network.Options);
        string? firstCharge = null, firstSpikes = null, secondCharge = null, secondSpikes = null, readout = null;
        for (_step = 1; _step <= shares.Length; _step++)
        {
            (firstCharge, firstSpikes) = Neurons("first", firstCharge, firstSpikes, current);
            var driven = Node("Add", Name("second_current"), Node("MatMul", Name("second_sum"), firstSpikes, SecondWeights), SecondBiases);
            (secondCharge, secondSpikes) = Neurons("second", secondCharge, secondSpikes, driven);
            Constant(Name(ShareOfStep), shares[_step - 1]);
            var counted = Node("Mul", Name("counted"), secondSpikes, Name(ShareOfStep));
            readout = readout is null ? counted : Node("Add", Name("read"), readout, counted);
        }

        WriteOutputs(weights, readout!);
        var model = new ModelProto { IrVersion = 8, ProducerName = "fraud", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 15 });
        return model.ToByteArray();
    }

    private void WriteOutputs(SpikingWeights weights, string readout)
    {
        Constant(Readout, weights.Readout, weights.Second, 1);
        Constant(ReadoutBias, weights.ReadoutBias);
        Constant("one", 1);
        Constant("even", 0.5f);
        var logit = Node("Add", "logit", Node("MatMul", "readout_sum", readout, Readout), ReadoutBias);
        var fraud = Node("Sigmoid", "fraud", logit);
        var legitimate = Node("Sub", "legitimate", "one", fraud);
        var probabilities = Node("Concat", "probabilities", legitimate, fraud);
        _graph.Node[^1].Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        _ = probabilities;

        var column = new TensorProto { Name = "column", DataType = (int)TensorProto.Types.DataType.Int64 };
        column.Dims.Add(1);
        column.Int64Data.Add(1);
        _graph.Initializer.Add(column);
        Cast(Node("Greater", "is_fraud", Node("Squeeze", "fraud_row", fraud, "column"), "even"), "label", TensorProto.Types.DataType.Int64);
    }

    /// <summary>One step of a layer, in the order of <see cref="LeakyNeurons.Charge"/>.</summary>
    private (string Charge, string Spikes) Neurons(string layer, string? lastCharge, string? lastSpikes, string current)
    {
        // Before the first step there is neither charge nor spike: 0 · leak + current - 0 is the current.
        var charge = lastCharge is null || lastSpikes is null
            ? current
            : Node("Sub", Name($"{layer}_charge"), Node("Add", Name($"{layer}_driven"), Node("Mul", Name($"{layer}_left"), lastCharge, Leak), current), lastSpikes);
        var fires = Node("GreaterOrEqual", Name($"{layer}_fires"), charge, "threshold");
        return (charge, Cast(fires, Name($"{layer}_spikes"), TensorProto.Types.DataType.Float));
    }

    private string Name(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}{_step}");

    private string Node(string type, string output, params ReadOnlySpan<string> inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(output);
        _graph.Node.Add(node);
        return output;
    }

    private string Cast(string input, string output, TensorProto.Types.DataType type)
    {
        Node("Cast", output, input);
        _graph.Node[^1].Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)type });
        return output;
    }

    private void Constant(string name, float value) => Constant(name, [value]);

    private void Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> dimensions)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        foreach (var dimension in dimensions)
        {
            tensor.Dims.Add(dimension);
        }

        _graph.Initializer.Add(tensor);
    }

    private static ValueInfoProto Tensor(string name, TensorProto.Types.DataType type, int? columns)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "rows" });
        if (columns is { } count)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = count });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }
}
