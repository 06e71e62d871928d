using Fraud.Model.Registry;
using Google.Protobuf;
using Onnx;

namespace Fraud.Faults.Feed;

/// <summary>
/// The shipped model with one more way through its graph: above an amount an index leaves its table, which ONNX Runtime refuses while it
/// scores. Below it zero is added to the score, so that every other payment gets the shipped model's to the bit.
/// </summary>
internal static class PoisonModel
{
    /// <summary>In units of the currency; far above what anyone else pays.</summary>
    public const long Amount = 1_000_000;

    private const int AmountColumn = 0;

    /// <summary>Writes it as version 1 of a folder of models.</summary>
    /// <param name="folder">Must not have one.</param>
    public static string Write(string folder)
    {
        var shipped = Path.Combine(Repository.Root, "models", "payments", "1");
        var version = Directory.CreateDirectory(Path.Combine(folder, "1")).FullName;
        var onnx = Poisoned(File.ReadAllBytes(Path.Combine(shipped, "model.onnx")));
        File.WriteAllBytes(Path.Combine(version, "model.onnx"), onnx);
        (ModelManifest.Read(shipped) with { Sha256 = ModelManifest.DigestOf(onnx) }).Write(version);
        return folder;
    }

    private static byte[] Poisoned(byte[] shipped)
    {
        var model = ModelProto.Parser.ParseFrom(shipped);
        var graph = model.Graph;
        var probabilities = graph.Output[1].Name;
        var writer = graph.Node.Single(node => node.Output.Contains(probabilities));
        writer.Output[writer.Output.IndexOf(probabilities)] = "shipped_probabilities";

        graph.Initializer.Add(Longs("amount_column", AmountColumn));
        graph.Initializer.Add(Floats("limit", Amount - 1));
        graph.Initializer.Add(Floats("table", 0));
        Add(graph, "Gather", "amounts", [graph.Input[0].Name, "amount_column"], ("axis", 1));
        Add(graph, "Greater", "is_poison", ["amounts", "limit"]);
        Add(graph, "Cast", "place", ["is_poison"], ("to", (int)TensorProto.Types.DataType.Int64));
        Add(graph, "Gather", "nothing", ["table", "place"], ("axis", 0));
        Add(graph, "Add", probabilities, ["shipped_probabilities", "nothing"]);
        return model.ToByteArray();
    }

    private static void Add(GraphProto graph, string type, string output, string[] inputs, params (string Name, int Value)[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        node.Attribute.Add(attributes.Select(static attribute => new AttributeProto
        {
            Name = attribute.Name,
            Type = AttributeProto.Types.AttributeType.Int,
            I = attribute.Value,
        }));
        graph.Node.Add(node);
    }

    private static TensorProto Longs(string name, long value)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Dims.Add(1);
        tensor.Int64Data.Add(value);
        return tensor;
    }

    private static TensorProto Floats(string name, float value)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(1);
        tensor.FloatData.Add(value);
        return tensor;
    }
}
