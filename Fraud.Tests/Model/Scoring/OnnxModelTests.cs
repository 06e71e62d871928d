using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Tests.Support;
using Google.Protobuf;
using Onnx;

namespace Fraud.Tests.Model.Scoring;

public sealed class OnnxModelTests : IDisposable
{
    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;
    private const TensorProto.Types.DataType Double = TensorProto.Types.DataType.Double;
    private const TensorProto.Types.DataType Long = TensorProto.Types.DataType.Int64;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Shipped_ScoresItsGoldenRows()
    {
        using var model = OnnxModel.Load(ModelFolder.Shipped);
        using var scorer = model.CreateScorer(1);

        Assert.NotEmpty(model.Manifest.Golden);
        foreach (var golden in model.Manifest.Golden)
        {
            scorer.SetRaw(0, [.. golden.Inputs]);
            // XGBoost wrote these scores: the export may differ by the order of a float sum.
            Assert.Equal(golden.Score, scorer.Score(1)[0], 1e-5f);
        }

        // Golden rows on one side of the thresholds would not tell a model that flags nothing.
        Assert.Contains(model.Manifest.Golden, row => row.Score >= model.Manifest.Thresholds.Block);
        Assert.Contains(model.Manifest.Golden, row => row.Score < model.Manifest.Thresholds.Review);
    }

    [Fact]
    public void Load_NoFolder_IsRefused() => Refused(_folder.File("none"), "manifest.json");

    [Fact]
    public void Load_NoModelFile_IsRefused()
    {
        ModelFolder.CopyShipped(_folder.Path);
        File.Delete(_folder.File("model.onnx"));

        Refused(_folder.Path, "model.onnx");
    }

    [Fact]
    public void Load_OneByteChanged_IsRefusedByItsDigest()
    {
        ModelFolder.CopyShipped(_folder.Path);
        var content = File.ReadAllBytes(_folder.File("model.onnx"));
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(_folder.File("model.onnx"), content);

        Refused(_folder.Path, "SHA-256");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(20_000)]
    public void Load_CutShortButDigestFits_IsRefused(int bytes)
    {
        var content = File.ReadAllBytes(Path.Combine(ModelFolder.Shipped, "model.onnx"));
        ModelFolder.Write(_folder.Path, ModelManifest.Read(ModelFolder.Shipped), content[..bytes]);

        Refused(_folder.Path, "model.onnx: ");
    }

    [Fact]
    public void Load_GoldenScoreMissed_IsRefused()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        var golden = manifest.Golden.ToArray();
        golden[3] = golden[3] with { Score = golden[3].Score > 0.5f ? golden[3].Score - 0.001f : golden[3].Score + 0.001f };
        WriteShipped(manifest with { Golden = golden });

        Refused(_folder.Path, "golden row 3 scored");
    }

    [Fact]
    public void Load_InputsInAnotherOrder_IsRefusedByTheGoldenRows()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        WriteShipped(manifest with
        {
            Inputs = [.. manifest.Inputs.Reverse()],
            Reference = null,
            Golden = [.. manifest.Golden.Select(static row => row with { Inputs = [.. row.Inputs.Reverse()] })],
        });

        Refused(_folder.Path, "golden row");
    }

    [Fact]
    public void Load_InputMissing_IsRefused()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        WriteShipped(manifest with { Inputs = [.. manifest.Inputs.Skip(1)], Golden = [], Reference = null });

        Refused(_folder.Path, $"[rows, {manifest.Inputs.Count - 1}]");
    }

    [Fact]
    public void Load_InputThatNobodyComputes_IsRefusedByName()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);
        WriteShipped(manifest with { Inputs = [.. manifest.Inputs.Skip(1), new ModelInput("shoe_size", InputSource.Profile)], Reference = null });

        Refused(_folder.Path, "'shoe_size' is no feature of the profile");
    }

    [Theory]
    [InlineData("double input", Double, Long, Float, 2, "one float input")]
    [InlineData("labels as floats", Float, Float, Float, 2, "two outputs")]
    [InlineData("probabilities as doubles", Float, Long, Double, 2, "two outputs")]
    [InlineData("one probability a row", Float, Long, Float, 1, "model.onnx: ")]
    public void Load_OtherShape_IsRefused(
        string name, object input, object labels, object probabilities, int columns, string expected)
    {
        var onnx = TwoOutputs(
            (TensorProto.Types.DataType)input, (TensorProto.Types.DataType)labels, (TensorProto.Types.DataType)probabilities, columns);
        var manifest = ModelFolder.Manifest([.. Enumerable.Range(1, columns).Select(static i => new ModelInput($"V{i}", InputSource.Payload))]);
        ModelFolder.Write(_folder.Path, manifest with { Golden = [new GoldenRow([.. new float[columns]], 0)] }, onnx);

        Assert.True(Refused(_folder.Path, expected).Length > 0, name);
    }

    [Fact]
    public void Load_OneOutput_IsRefused()
    {
        var graph = new GraphProto { Name = "one" };
        graph.Node.Add(Node("Identity", "in", "out"));
        graph.Input.Add(Tensor("in", Float, 1));
        graph.Output.Add(Tensor("out", Float, 1));
        ModelFolder.Write(_folder.Path, ModelFolder.Manifest(new ModelInput("V1", InputSource.Payload)), Bytes(graph));

        Refused(_folder.Path, "two outputs");
    }

    private void WriteShipped(ModelManifest manifest) =>
        ModelFolder.Write(_folder.Path, manifest, File.ReadAllBytes(Path.Combine(ModelFolder.Shipped, "model.onnx")));

    private static string Refused(string folder, string expected)
    {
        var error = Assert.Throws<ModelRefusedException>(() => OnnxModel.Load(folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    /// <summary>A model that runs, with outputs of these types.</summary>
    private static byte[] TwoOutputs(
        TensorProto.Types.DataType input, TensorProto.Types.DataType labels, TensorProto.Types.DataType probabilities, int columns)
    {
        var graph = new GraphProto { Name = "two" };
        graph.Node.Add(Cast("in", "label", labels));
        graph.Node.Add(Cast("in", "probabilities", probabilities));
        graph.Input.Add(Tensor("in", input, columns));
        graph.Output.Add(Tensor("label", labels, columns));
        graph.Output.Add(Tensor("probabilities", probabilities, columns));
        return Bytes(graph);
    }

    private static NodeProto Cast(string from, string to, TensorProto.Types.DataType type)
    {
        var node = Node("Cast", from, to);
        node.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)type });
        return node;
    }

    private static NodeProto Node(string type, string from, string to)
    {
        var node = new NodeProto { OpType = type, Name = to };
        node.Input.Add(from);
        node.Output.Add(to);
        return node;
    }

    private static byte[] Bytes(GraphProto graph)
    {
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 15 });
        return model.ToByteArray();
    }

    private static ValueInfoProto Tensor(string name, TensorProto.Types.DataType type, int columns)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "rows" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = columns });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }
}
