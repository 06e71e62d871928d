using System.Net;
using System.Text.Json;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>A key where clients put tokens: MLflow's have a setting for nothing else. That it gets no further than in its own header, the matrix says.</summary>
public sealed class BearerKeyTests : IAsyncLifetime
{
    private const string OfTheEnvironment = "a.key.of-the-environment-0123456789";

    // No tokens are taken: what stands behind Bearer can only be a key.
    private readonly ServerFixture _server = new(new() { ["Security:AdminKey"] = OfTheEnvironment, ["Security:KeyRefresh"] = "00:00:00.050" });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_KeyBehindBearer_IsThatCaller()
    {
        var key = await SecuredServer.Key(_server.Services, Scopes.Analyst);

        Assert.Equal(HttpStatusCode.OK, (await Get("Bearer " + key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get("bearer  " + key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get("Bearer " + OfTheEnvironment)).Status);
    }

    [Fact]
    public async Task Get_WrongKeyBehindBearer_IsToldWhereItStood()
    {
        var (status, answer) = await Get("Bearer " + KeyText.Create().Text);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("Authorization", answer.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + OfTheEnvironment)]
    [InlineData(OfTheEnvironment)]
    public async Task Get_NothingBehindBearer_Is401(string authorization) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(authorization)).Status);

    [Fact]
    public async Task Get_KeyInBothHeaders_IsRefused() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get("Bearer " + OfTheEnvironment, OfTheEnvironment)).Status);

    [Fact]
    public async Task Get_TwoBearers_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/anomalies");
        request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + OfTheEnvironment, "Bearer " + OfTheEnvironment]);
        using var response = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Get(string authorization, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/anomalies");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await _server.Client.SendAsync(request);
        return (response.StatusCode, await FlaggingServer.Json(response));
    }
}
