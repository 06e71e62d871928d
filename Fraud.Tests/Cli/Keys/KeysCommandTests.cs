using System.Text.Json;
using Fraud.Cli;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Keys;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Create_ThenListThenRevoke_ShowsTheKeyOnceAndKeepsItsHash()
    {
        var made = await Json("keys", "create", "--name", "gate way", "--scope", "score", "--scope", "analyst", "--expires", "90d", "--json");
        var key = made.GetProperty("key").GetString()!;
        var id = made.GetProperty("id").GetString()!;

        var listed = Assert.Single((await Json("keys", "list", "--json")).EnumerateArray());
        Assert.Equal((id, "gate way", "valid"), (Text(listed, "id"), Text(listed, "name"), Text(listed, "state")));
        Assert.Equal(["score", "analyst"], listed.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()!));
        Assert.False(listed.TryGetProperty("key", out _));
        using (var store = Open())
        {
            var stored = Assert.Single(new KeyQueries(store.Database).All());
            Assert.Equal(KeyText.Hash(key), stored.Hash);
            Assert.Equal((long)TimeSpan.FromDays(90).TotalMilliseconds, stored.ExpiresAtMs!.Value - stored.CreatedAtMs);
        }

        // Nothing of the secret part is in the file.
        Assert.DoesNotContain(key[^20..], File.ReadAllText(_folder.File("fraud.db"), System.Text.Encoding.Latin1), StringComparison.Ordinal);

        Assert.Equal(0, (await Run("keys", "revoke", id)).Exit);
        Assert.Equal("revoked", Text(Assert.Single((await Json("keys", "list", "--json")).EnumerateArray()), "state"));
        using (var store = Open())
        {
            Assert.Equal(
                [("key revoked", id), ("key created", id)],
                new AuditQueries(store.Database).Read(long.MaxValue, 10).Select(static entry => (entry.Action, entry.Subject)));
        }
    }

    [Fact]
    public async Task Create_AsText_PrintsTheKeyAloneOnTheFirstLine()
    {
        var (exit, output, _) = await Run("keys", "create", "--name", "n", "--scope", "admin");

        Assert.Equal(0, exit);
        Assert.Matches("^fraud_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$", output.Split('\n')[0]);
        Assert.Contains("admin", (await Run("keys", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_UnknownOrRevoked_FailsWithoutQuotingIt()
    {
        var key = (await Json("keys", "create", "--name", "n", "--scope", "score", "--json")).GetProperty("key").GetString()!;
        Assert.Equal(0, (await Run("keys", "revoke", key)).Exit);

        var (exit, _, error) = await Run("keys", "revoke", key);

        Assert.Equal(1, exit);
        Assert.Contains("ID: expected a key that exists and is not revoked", error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NoStore_SaysSoAndMakesNone()
    {
        var (exit, _, error) = await Run("keys", "list");

        Assert.Equal(1, exit);
        Assert.Contains("expected a store", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("fraud.db")));
    }

    [Theory]
    [InlineData("--name: expected 1 to 64", "--name", " ", "--scope", "score")]
    [InlineData("--scope: expected score or analyst or admin", "--name", "n", "--scope", "root")]
    [InlineData("--scope", "--name", "n")]
    [InlineData("--expires: expected a time such as", "--name", "n", "--scope", "score", "--expires", "soon")]
    [InlineData("--expires: expected a time to come", "--name", "n", "--scope", "score", "--expires", "2020-01-01")]
    public async Task Create_WrongArguments_IsTwoAndNamesThem(string message, params string[] arguments)
    {
        var (exit, _, error) = await Run(["keys", "create", .. arguments]);

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("fraud.db")));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private SqliteStore Open()
    {
        var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System);
        store.Open();
        return store;
    }

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exit, output, error) = await Run(arguments);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<(int Exit, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync([.. arguments, "--data", _folder.Path], output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
