using Fraud.Stream.Storage;
using Fraud.Tests.Http;
using Fraud.Tests.Http.Inference.Grpc;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Examples;

/// <summary>Each example as a user runs it, against a service.</summary>
public sealed class ExampleTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly Dictionary<string, string> Nothing = [];

    private string Service => server.Client.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("csharp", "dotnet", "bin/Release/net10.0/Fraud.Example.dll")]
    [InlineData("python", "python3", "score.py")]
    [InlineData("javascript", "node", "score.mjs")]
    public async Task Client_AgainstTheService_ScoresRepeatsLabelsAndIsRefused(string folder, string program, string file)
    {
        var output = await RunProgram.Run(Folder(folder), Nothing, program, file, Service);

        Assert.Contains("healthy, model payments", output, StringComparison.Ordinal);
        Assert.Contains($"{folder}-", output, StringComparison.Ordinal);
        Assert.Contains("lock, score", output, StringComparison.Ordinal);
        Assert.Contains("duplicate true", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("batch: 1 scored, 1 failed", output, StringComparison.Ordinal);
        Assert.Contains("item 1: amount: expected", output, StringComparison.Ordinal);
        Assert.Contains("labels: 1 stored", output, StringComparison.Ordinal);
        Assert.Contains("refused with 400", output, StringComparison.Ordinal);
        Assert.Contains(
            server.Services.GetRequiredService<IFraudStore>().Journal(),
            entry => entry.TransactionId.ToString().StartsWith($"{folder}-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Curl_AgainstTheService_ShowsEveryCall()
    {
        var output = await RunProgram.Run(Folder("curl"), Nothing, "bash", "score.sh", Service);

        Assert.Contains("\"decision\":\"block\"", output, StringComparison.Ordinal);
        Assert.Contains("\"duplicate\":true", output, StringComparison.Ordinal);
        Assert.Contains("\"scored\":1,\"failed\":1", output, StringComparison.Ordinal);
        Assert.Contains("\"stored\":1", output, StringComparison.Ordinal);
        Assert.Contains("\"field\":\"amount\"", output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"healthy\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_AgainstTheService_AsksTheModelTypedAndRaw()
    {
        var grpc = new GrpcServer();
        await grpc.InitializeAsync();
        try
        {
            var output = await RunProgram.Run(Folder("grpc"), Nothing, "bash", "infer.sh", GrpcServer.AddressOf(grpc.Server).Authority);

            Assert.Contains("live True\nmodel payments versions 1: features [-1, 33]\n", output, StringComparison.Ordinal);
            var lines = output.Split('\n');
            Assert.Equal(
                Assert.Single(lines, static line => line.StartsWith("typed: probabilities [0.", StringComparison.Ordinal))["typed".Length..],
                Assert.Single(lines, static line => line.StartsWith("raw: probabilities [0.", StringComparison.Ordinal))["raw".Length..]);
            Assert.Contains("refused with INVALID_ARGUMENT: inputs[0].shape: expected [rows, 33]", output, StringComparison.Ordinal);
        }
        finally
        {
            await grpc.DisposeAsync();
        }
    }

    [Fact]
    public async Task Kcat_AgainstTheBroker_GetsItsAlert()
    {
        var output = await RunProgram.Run(Folder("kcat"), Nothing, "bash", "pay.sh", server.Kafka);

        Assert.Contains("\"alert-kcat-", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stripe_WithTheSecret_SendsAChargeThatIsScored()
    {
        const string secret = "whsec_of_the_example_and_its_test";
        var stripe = new ServerFixture(new Dictionary<string, string?> { ["Stripe:WebhookSecrets"] = secret });
        await stripe.InitializeAsync();
        try
        {
            var output = await RunProgram.Run(
                Folder("stripe"), new Dictionary<string, string> { ["STRIPE_WEBHOOK_SECRET"] = secret },
                "python3", "charge.py", stripe.Client.BaseAddress!.ToString(), "95000");

            Assert.Matches("^payment ch_[0-9a-f]+: block, score ", output);
        }
        finally
        {
            await stripe.DisposeAsync();
        }
    }

    [Fact]
    public void Folders_InTheList_AreThoseThatThereAre()
    {
        var list = File.ReadAllText(Path.Combine(Folder(""), "README.md"));

        Assert.All(Directory.GetDirectories(Folder("")), folder =>
        {
            Assert.Contains($"](" + Path.GetFileName(folder) + ")", list, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "README.md")), $"{folder} has no README.md");
        });
    }

    private static string Folder(string name) => Path.Combine(Repository.Root, "examples", name);
}
