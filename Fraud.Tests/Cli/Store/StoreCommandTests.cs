using System.Text.Json;
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
}
