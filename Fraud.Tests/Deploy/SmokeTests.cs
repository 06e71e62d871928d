using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>deploy/smoke.sh on the real service, and on nothing.</summary>
public sealed class SmokeTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string Script = Path.Combine(Repository.Root, "deploy", "smoke.sh");

    [Fact]
    public async Task Smoke_OfAServiceThatRuns_SaysThatItScores()
    {
        await Poll.Until(async () => (await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);

        var (exit, output) = await DeployTool.Run("bash", Script, server.Client.BaseAddress!.ToString().TrimEnd('/'));

        Assert.True(exit == 0, output);
        Assert.Contains("scores", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_OfNothing_Fails()
    {
        var (exit, output) = await DeployTool.Run("bash", Script, "http://127.0.0.1:1");

        Assert.Equal(1, exit);
        Assert.Contains("/health", output, StringComparison.Ordinal);
    }
}
