using System.Text.Json;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Store;

public sealed class StoreCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Init_WithoutStore_MakesOneThatStatusCounts()
    {
        var made = await CommandLine.Run("store", "init", "--data", _folder.Path);
        var status = await CommandLine.Run("store", "status", "--data", _folder.Path, "--json");

        Assert.Equal((0, ""), (made.Exit, made.Error));
        Assert.Equal("sqlite: ready; 0 results, 0 alerts, 0 pages whose alerts have not left, 0 labels", made.Output.TrimEnd());
        Assert.Equal(0, status.Exit);
        Assert.Equal(0, JsonDocument.Parse(status.Output).RootElement.GetProperty("results").GetInt64());
    }

    [Fact]
    public async Task Status_WithoutStore_SaysSoAndMakesNone()
    {
        var status = await CommandLine.Run("store", "status", "--data", _folder.Path);

        Assert.Equal(1, status.Exit);
        Assert.Contains("expected a store", status.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Retention_WithoutAges_KeepsAllButEventsAndRemovesNothing()
    {
        Assert.Equal(0, (await CommandLine.Run("store", "init", "--data", _folder.Path)).Exit);
        var options = new StorageOptions { SqliteFile = _folder.File("fraud.db") };
        using (var connection = new SqliteConnection(options))
        {
            connection.Execute("INSERT INTO webhook_events VALUES ('old', 1000)");
        }

        var text = await CommandLine.Run("store", "retention", "--data", _folder.Path);
        var json = await CommandLine.Run("store", "retention", "--data", _folder.Path, "--json");

        Assert.Equal((0, ""), (text.Exit, text.Error));
        Assert.Contains("payments: kept", text.Output, StringComparison.Ordinal);
        Assert.Matches("webhook_events: 35 days; 1 from before 20[0-9-]{8}T[0-9:]{8}Z are over age", text.Output);
        Assert.Contains("pages of the journal: 15 minutes", text.Output, StringComparison.Ordinal);
        var kinds = JsonDocument.Parse(json.Output).RootElement.GetProperty("kinds").EnumerateArray().ToDictionary(static kind => kind.GetProperty("kind").GetString()!);
        Assert.Equal(1, kinds["webhook_events"].GetProperty("over_age").GetInt64());
        Assert.Equal(JsonValueKind.Null, kinds["audit"].GetProperty("over_age").ValueKind);
        using var after = new SqliteConnection(options);
        var count = after.Prepare("SELECT count(*) FROM webhook_events");
        Assert.True(count.Step());
        Assert.Equal(1, count.Integer(0));
    }
}
