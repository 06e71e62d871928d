using System.Text.Json.Nodes;
using Fraud.Model.Registry;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Registry;

public sealed class ModelManifestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Shipped_WritesTheSameBytes()
    {
        ModelManifest.Read(ModelFolder.Shipped).Write(_folder.Path);

        Assert.Equal(File.ReadAllText(Path.Combine(ModelFolder.Shipped, "manifest.json")), File.ReadAllText(_folder.File("manifest.json")));
    }

    [Fact]
    public void Write_NaN_ComesBackAsNaN()
    {
        var written = ModelFolder.Manifest(new ModelInput("V1", InputSource.Payload)) with
        {
            Golden = [new GoldenRow([float.NaN], 0.125f)],
            Metrics = new Dictionary<string, double> { ["roc_auc"] = double.NaN },
            Baseline = new Dictionary<string, Quantiles> { ["V1"] = new(-1.5, 0, 2.25) },
        };
        written.Write(_folder.Path);

        var read = ModelManifest.Read(_folder.Path);

        Assert.Equal(float.NaN, read.Golden[0].Inputs[0]);
        Assert.Equal(0.125f, read.Golden[0].Score);
        Assert.Equal(double.NaN, read.Metrics["roc_auc"]);
        Assert.Equal(new Quantiles(-1.5, 0, 2.25), read.Baseline["V1"]);
        Assert.Equal((written.Thresholds, InputSource.Payload), (read.Thresholds, read.Inputs[0].Source));
        Assert.True(read.TakesPayload);
        Assert.False(read.TakesProfile);
    }

    [Theory]
    [InlineData("name", "\"\"", "name: expected 1 to 64 characters")]
    [InlineData("version", "\"\"", "version: expected 1 to 64 characters")]
    [InlineData("version", "1", "$.version")]
    [InlineData("sha256", "\"abc\"", "sha256: expected 64 lower-case hexadecimal digits")]
    [InlineData("sha256", "null", "sha256")]
    [InlineData("name", "\"12345678901234567890123456789012345678901234567890123456789012345\"", "name: expected 1 to 64 characters")]
    [InlineData("metrics", "{\"12345678901234567890123456789012345678901234567890123456789012345\":1}", "metrics: expected at most 100 with names of at most 64 characters")]
    [InlineData("inputs", "null", "inputs")]
    [InlineData("inputs", "[]", "inputs: expected 1 to 1000")]
    [InlineData("inputs", "[null]", "inputs: 0: expected an input")]
    [InlineData("inputs", "[{\"name\":\"amount\"}]", "source")]
    [InlineData("inputs", "[{\"name\":\"amount\",\"source\":\"Sky\"}]", "$.inputs[0].source")]
    [InlineData("inputs", "[{\"name\":\"amount\",\"source\":\"Profile\"},{\"name\":\"amount\",\"source\":\"Profile\"}]", "inputs: 1: expected an input with a name that no other has")]
    [InlineData("thresholds", "null", "thresholds")]
    [InlineData("thresholds", "{}", "review")]
    [InlineData("thresholds", "{\"review\":0.5}", "block")]
    [InlineData("thresholds", "{\"review\":0.5,\"block\":0.4}", "thresholds: expected 0 <= review <= block <= 1")]
    [InlineData("thresholds", "{\"review\":-0.1,\"block\":0.4}", "thresholds: expected 0 <= review <= block <= 1")]
    [InlineData("thresholds", "{\"review\":0.1,\"block\":1.4}", "thresholds: expected 0 <= review <= block <= 1")]
    [InlineData("thresholds", "{\"review\":\"NaN\",\"block\":0.4}", "thresholds: expected 0 <= review <= block <= 1")]
    [InlineData("training", "{}", "data_sha256")]
    [InlineData("metrics", "[]", "$.metrics")]
    [InlineData("baseline", "{\"amount\":{\"p01\":1,\"p50\":2}}", "p99")]
    [InlineData("golden", "[{\"inputs\":[1,2],\"score\":0.5}]", "golden: 0: expected as many values as there are inputs: 33")]
    [InlineData("golden", "[null]", "golden: 0: expected as many values")]
    [InlineData("golden", "{}", "$.golden")]
    public void Read_BadField_NamesIt(string field, string value, string expected)
    {
        var manifest = Shipped();
        manifest[field] = JsonNode.Parse(value);

        Assert.Contains(expected, Refused(manifest.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FieldMissing_NamesIt()
    {
        // Manifests of before there was a reference are good.
        foreach (var field in Shipped().Select(static entry => entry.Key).Where(static field => field != "reference").ToList())
        {
            var manifest = Shipped();
            manifest.Remove(field);

            Assert.Contains(field, Refused(manifest.ToJsonString()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-0.5")]
    [InlineData("\"NaN\"")]
    public void Read_GoldenScoreThatIsNoProbability_NamesTheRow(string score)
    {
        var manifest = Shipped();
        manifest["golden"]![2]!["score"] = JsonNode.Parse(score);

        Assert.Contains("golden: 2: score: expected a number from 0 to 1", Refused(manifest.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"name\":")]
    [InlineData("name: payments")]
    public void Read_NoManifest_NamesTheFile(string content) =>
        Assert.Contains("manifest.json", Refused(content), StringComparison.Ordinal);

    [Fact]
    public void Read_NoFile_IsRefused() => Assert.Throws<ModelRefusedException>(() => ModelManifest.Read(_folder.File("none")));

    private string Refused(string content)
    {
        File.WriteAllText(_folder.File("manifest.json"), content);
        return Assert.Throws<ModelRefusedException>(() => ModelManifest.Read(_folder.Path)).Message;
    }

    private static JsonObject Shipped() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(ModelFolder.Shipped, "manifest.json")))!.AsObject();
}
