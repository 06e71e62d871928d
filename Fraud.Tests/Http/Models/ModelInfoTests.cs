using System.Text.Json;
using Fraud.Model.Registry;
using Fraud.Tests.Model;

namespace Fraud.Tests.Http.Models;

public sealed class ModelInfoTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Get_ModelInfo_IsTheManifestOfTheModelInService()
    {
        var manifest = ModelManifest.Read(ModelFolder.Shipped);

        var info = await Get(server);

        Assert.Equal("payments", info.GetProperty("name").GetString());
        Assert.Equal("1", info.GetProperty("version").GetString());
        Assert.Equal(manifest.Sha256, info.GetProperty("sha256").GetString());
        Assert.Equal(manifest.Thresholds.Review, info.GetProperty("threshold").GetDouble(), 1e-6);
        Assert.False(info.GetProperty("thresholds").GetProperty("overridden").GetBoolean());
        Assert.Equal(
            manifest.Inputs.Select(static input => input.Name),
            info.GetProperty("features").EnumerateArray().Select(static feature => feature.GetProperty("name").GetString()));
        Assert.Equal(manifest.Inputs.Count, info.GetProperty("feature_count").GetInt32());
        Assert.Equal(manifest.Metrics["roc_auc"], info.GetProperty("metrics").GetProperty("roc_auc").GetDouble());
        var training = info.GetProperty("training");
        Assert.Equal(manifest.Training.TrainFrom, training.GetProperty("train_from").GetString());
        Assert.Equal(manifest.Training.TrainTo, training.GetProperty("train_to").GetString());
        Assert.Equal(manifest.Training.DataSha256, training.GetProperty("data_sha256").GetString());
    }

    [Fact]
    public async Task Get_ModelInfo_ThresholdOfTheSettings_IsTheOneInForce()
    {
        var other = new ServerFixture(new Dictionary<string, string?> { ["Scoring:ReviewThreshold"] = "0.2" });
        await other.InitializeAsync();
        try
        {
            var info = await Get(other);

            Assert.Equal(0.2, info.GetProperty("threshold").GetDouble(), 1e-6);
            Assert.True(info.GetProperty("thresholds").GetProperty("overridden").GetBoolean());
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private static async Task<JsonElement> Get(ServerFixture server) =>
        JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/model/info", UriKind.Relative))).RootElement;
}
