using System.Globalization;
using Fraud.Cli;
using Fraud.Stream.Keys;
using Fraud.Tests.Http;
using Fraud.Tests.Http.Security;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Keys;

/// <summary>Commands that ask a service which wants a key. Alone, because they share the process's environment.</summary>
[Collection(AloneCollection.Name)]
public sealed class ApiKeyTests(ApiKeyTests.KeyedServer keyed) : IClassFixture<ApiKeyTests.KeyedServer>, IDisposable
{
    /// <summary>A service with a key that may score and one that may look.</summary>
    public sealed class KeyedServer : IAsyncLifetime
    {
        public ServerFixture Server { get; } = new(new Dictionary<string, string?> { ["Security:KeyRefresh"] = "00:00:00.050" });

        public string Score { get; private set; } = "";

        public string Analyst { get; private set; } = "";

        public async Task InitializeAsync()
        {
            await Server.InitializeAsync();
            Score = await SecuredServer.Key(Server.Services, Scopes.Score);
            Analyst = await SecuredServer.Key(Server.Services, Scopes.Analyst);
        }

        public Task DisposeAsync() => Server.DisposeAsync();
    }

    public void Dispose() => Environment.SetEnvironmentVariable("FRAUD_API_KEY", null);

    [Theory]
    [InlineData("score", 0, "")]
    [InlineData("analyst", 1, "another scope in FRAUD_API_KEY")]
    [InlineData("", 1, "a valid key in FRAUD_API_KEY")]
    [InlineData("ключ", 2, "FRAUD_API_KEY: expected a key")]
    public async Task Simulate_OverHttp_SendsTheKeyOfTheEnvironment(string key, int exit, string message)
    {
        var result = await Run(key, "simulate", "--to", "http", "--url", Url, "--rate", "0", "--count", "20");

        Assert.Equal(exit, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyst", 0, "")]
    [InlineData("score", 1, "another scope in FRAUD_API_KEY")]
    [InlineData("", 1, "a valid key in FRAUD_API_KEY")]
    public async Task ClusterStatus_SendsTheKeyOfTheEnvironment(string key, int exit, string message)
    {
        var result = await Run(key, "cluster", "status", "--url", Url);

        Assert.Equal(exit, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_SendsTheKeyOfTheEnvironment()
    {
        var result = await Run("score", "load", "--url", Url + "predict", "--rate", "50", "--duration", "1s", "--connections", "2", "--json");

        Assert.Equal(0, result.Exit);
        Assert.Contains("\"accepted\":{\"count\":50,", result.Output, StringComparison.Ordinal);
    }

    private string Url => keyed.Server.Client.BaseAddress!.ToString();

    private async Task<(int Exit, string Output, string Error)> Run(string key, params string[] arguments)
    {
        Environment.SetEnvironmentVariable("FRAUD_API_KEY", key switch
        {
            "score" => keyed.Score,
            "analyst" => keyed.Analyst,
            _ => key,
        });
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var exit = await FraudCommand.RunAsync(arguments, output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
