namespace Fraud.Tests.Http.Inference.Rest;

/// <summary>Metadata, statistics and loading, with a repository of versions of which one is in service.</summary>
public sealed class RepositoryTests : IAsyncLifetime, IDisposable
{
    private readonly VersionFolder _folder = new();
    private readonly ServerFixture _server;

    public RepositoryTests() => _server = new ServerFixture(_folder.Settings);

    private InferenceClient Client => new(_server.Client);

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Server_Metadata_FollowsTheProtocol()
    {
        foreach (var (path, schema) in ((string, string)[])
            [("/v2", "server"), ("/v2/", "server"), ("/v2/health/live", "live"), ("/v2/health/ready", "live"),
             ("/v2/models/payments", "model"), ("/v2/models/payments/versions/1", "model"),
             ("/v2/models/payments/ready", "modelReady"), ("/v2/models/payments/versions/1/ready", "modelReady"),
             ("/v2/models/stats", "statistics"), ("/v2/models/payments/stats", "statistics"), ("/v2/models/payments/versions/1/stats", "statistics")])
        {
            var (status, body) = await Client.Get(path);
            Assert.Equal((path, 200), (path, status));
            InferenceClient.AssertFits(schema, body);
        }

        var (_, model) = await Client.Get("/v2/models/payments");
        Assert.Equal(InferenceClient.Features, model.GetProperty("inputs")[0].GetProperty("shape")[1].GetInt32());
        Assert.Equal(InferenceClient.Features, model.GetProperty("properties").GetProperty("features").GetString()!.Split(',').Length);
    }

    [Fact]
    public async Task Load_Version_CanBeAskedUntilItIsUnloaded()
    {
        Assert.Equal(409, (await Client.Get("/v2/models/payments/versions/7")).Status);
        Assert.Equal(409, (await Client.Get("/v2/models/payments/versions/7/ready")).Status);

        Assert.Equal(200, (await Client.Post("/v2/repository/models/payments/load", """{"parameters":{"version":"7"}}""")).Status);
        var (status, answer) = await Client.Post("/v2/models/payments/versions/7/infer", InferenceClient.Request(1, InferenceClient.GoldenRows(1)));
        Assert.Equal(200, status);
        Assert.Equal("7", answer.GetProperty("model_version").GetString());
        Assert.Equal("1", (await Client.Get("/v2/models/payments")).Body.GetProperty("properties").GetProperty("version").GetString());
        Assert.Equal(["READY", "READY", "UNAVAILABLE", "UNAVAILABLE"], await States());
        // Again is no mistake; one more than allowed is.
        Assert.Equal(200, (await Client.Post("/v2/repository/models/payments/load", """{"parameters":{"version":"7"}}""")).Status);
        Assert.Equal(409, (await Client.Post("/v2/repository/models/payments/load", """{"parameters":{"version":"10"}}""")).Status);

        Assert.Equal(200, (await Client.Post("/v2/repository/models/payments/unload", """{"parameters":{"version":"7"}}""")).Status);
        var (gone, error) = await Client.Post("/v2/models/payments/versions/7/infer", InferenceClient.Request(1, InferenceClient.GoldenRows(1)));
        Assert.Equal(409, gone);
        InferenceClient.AssertFits("error", error);
        Assert.Equal(["READY", "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"], await States());
    }

    [Fact]
    public async Task Unload_VersionInService_IsRefusedAndItGoesOn()
    {
        foreach (var body in (string?[])[null, """{"parameters":{"version":"1"}}"""])
        {
            var (status, error) = await Client.Post("/v2/repository/models/payments/unload", body);
            Assert.Equal(409, status);
            InferenceClient.AssertFits("error", error);
            Assert.Contains("payments are not scored with", error.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await Client.Post("/v2/models/payments/infer", InferenceClient.Request(1, InferenceClient.GoldenRows(1)))).Status);
    }

    [Theory]
    [InlineData("payments", """{"parameters":{"version":"66"}}""", 422)]
    [InlineData("payments", """{"parameters":{"version":"67"}}""", 404)]
    [InlineData("none", "", 404)]
    [InlineData("..%2f..", "", 404)]
    [InlineData("payments", """{"parameters":{"version":7}}""", 400)]
    [InlineData("payments", """{"parameters":{"version":"\ud800"}}""", 400)]
    [InlineData("payments", """{"parameters":{"config":"{}"}}""", 400)]
    [InlineData("payments", "[]", 400)]
    [InlineData("payments", "{", 400)]
    public async Task Load_WhatCannotBe_IsRefused(string model, string body, int expected)
    {
        var (status, error) = await Client.Post($"/v2/repository/models/{model}/load", body);

        Assert.Equal(expected, status);
        InferenceClient.AssertFits("error", error);
    }

    [Fact]
    public async Task Statistics_AfterCalls_CountThem()
    {
        await Client.Post("/v2/models/payments/infer", InferenceClient.Request(1, InferenceClient.GoldenRows(1)));
        await Client.Post("/v2/models/payments/infer", InferenceClient.Request(3, InferenceClient.GoldenRows(3)));

        var (_, body) = await Client.Get("/v2/models/payments/versions/1/stats");

        InferenceClient.AssertFits("statistics", body);
        var one = Assert.Single(body.GetProperty("model_stats").EnumerateArray());
        Assert.Equal(4, one.GetProperty("inference_count").GetInt32());
        Assert.Equal(2, one.GetProperty("execution_count").GetInt32());
        Assert.Equal(2, one.GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt32());
        Assert.True(one.GetProperty("inference_stats").GetProperty("compute_infer").GetProperty("ns").GetInt64() > 0);
        Assert.Equal([1, 3], one.GetProperty("batch_stats").EnumerateArray().Select(static size => size.GetProperty("batch_size").GetInt32()));
    }

    [Fact]
    public async Task Index_ReadyOnly_LeavesOutTheOthers()
    {
        var (status, body) = await Client.Post("/v2/repository/index", """{"ready":true}""");

        Assert.Equal(200, status);
        Assert.Equal("1", Assert.Single(body.EnumerateArray()).GetProperty("version").GetString());
        Assert.Equal(400, (await Client.Post("/v2/repository/index", """{"ready":1}""")).Status);
    }

    private async Task<IEnumerable<string?>> States()
    {
        var (status, body) = await Client.Post("/v2/repository/index", null);
        Assert.Equal(200, status);
        InferenceClient.AssertFits("index", body);
        Assert.Equal(["1", "7", "10", "66"], body.EnumerateArray().Select(static entry => entry.GetProperty("version").GetString()));
        return body.EnumerateArray().Select(static entry => entry.GetProperty("state").GetString());
    }
}
