using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fraud.Stream.Embedded;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Doctor;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Doctor_BrokerAndStoreThere_AllIsWell()
    {
        await using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Topics = { ["transactions"] = 6, ["fraud_labels"] = 1, ["fraud_alerts"] = 1, ["transactions.dead_letter"] = 1 },
        });
        using (var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System))
        {
            store.Open();
        }

        var (exit, checks) = await Run("--kafka", broker.BootstrapServers);

        Assert.All(checks, static check => Assert.NotEqual("fail", check.Status));
        Assert.Equal(0, exit);
        Assert.Superset(
            new HashSet<string> { "onnxruntime", "librdkafka", "sqlite", "xgboost", "settings", "broker", "topic transactions", "store", "clock", "model", "disk" },
            checks.Select(static check => check.Name).ToHashSet());
        Assert.Contains(checks, static check => check.Name == "store" && check.Detail.Contains("round trip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_TopicsMissingOrWrong_SaysHowToMakeThem()
    {
        await using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions { Topics = { ["transactions"] = 3 } });

        var (exit, checks) = await Run("--kafka", broker.BootstrapServers);

        Assert.Equal(1, exit);
        Assert.Contains("has 3 partitions", Check(checks, "topic transactions", "fail").Detail, StringComparison.Ordinal);
        Assert.Contains("--create --topic fraud_labels", Check(checks, "topic fraud_labels", "fail").Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NothingAnswers_EachFailsWithARemedyAndNoSecret()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exit, checks) = await Run(
            "--kafka", "127.0.0.1:9", "--postgres", "Host=127.0.0.1;Port=9;Username=u;Password=hunter2;Database=d",
            "--model", _folder.Path, "--urls", $"http://127.0.0.1:{port}", "--set", "Kafka:Client:sasl.password=hunter2");

        Assert.Equal(1, exit);
        Assert.All(["broker", "store", "model", $"address http://127.0.0.1:{port}"], name => Assert.NotEmpty(Check(checks, name, "fail").Remedy));
        Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(checks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_StoreOfANewerProgram_Fails()
    {
        var file = _folder.File("fraud.db");
        using (var store = new SqliteStore(new StorageOptions { SqliteFile = file }, "transactions", TimeProvider.System))
        {
            store.Open();
        }

        // The field "user version" of the file's header, big-endian.
        await using (var header = File.OpenWrite(file))
        {
            header.Position = 60;
            header.Write([0, 0, 0, 99]);
        }

        var (exit, checks) = await Run();

        Assert.Equal(1, exit);
        Assert.Contains("tables of version 99", Check(checks, "store", "fail").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NoStoreYet_MakesNone()
    {
        var (exit, checks) = await Run();

        Assert.Equal(0, exit);
        Assert.Contains("the first start makes the tables", Check(checks, "store", "ok").Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("fraud.db")));
    }

    [Fact]
    public async Task Doctor_SettingsWrong_NamesEachAndGoesOnWithTheLibraries()
    {
        var (exit, checks) = await Run("--set", "Http:MaxBatch=0", "--set", "Http:Nothing=0");

        Assert.Equal(1, exit);
        Assert.Equal(2, checks.Count(static check => check is { Name: "settings", Status: "fail" }));
        Check(checks, "onnxruntime", "ok");
    }

    public void Dispose() => _folder.Dispose();

    private static Found Check(IEnumerable<Found> checks, string name, string status) =>
        checks.Single(check => check.Name == name && check.Status == status);

    private async Task<(int Exit, Found[] Checks)> Run(params string[] arguments)
    {
        // The first of each option is the one that a test gives.
        string[] all = ["doctor", "--json", .. arguments, "--data", _folder.Path];
        if (!arguments.Contains("--model"))
        {
            all = [.. all, "--model", Path.Combine(Repository.Root, "models", "payments")];
        }

        if (!arguments.Contains("--urls"))
        {
            all = [.. all, "--urls", "http://127.0.0.1:0"];
        }

        var (exit, output, error) = await CommandLine.Run(all);
        Assert.Equal("", error);
        return (exit,
        [
            .. JsonDocument.Parse(output).RootElement.GetProperty("checks").EnumerateArray().Select(static check => new Found(
                check.GetProperty("check").GetString()!, check.GetProperty("status").GetString()!,
                check.GetProperty("detail").GetString()!, check.GetProperty("remedy").GetString() ?? "")),
        ]);
    }

    private sealed record Found(string Name, string Status, string Detail, string Remedy);
}
