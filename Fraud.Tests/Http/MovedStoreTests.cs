using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Stream.Storage;
using Fraud.Stream.Storage.Copy;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PostgresServer = Fraud.Tests.Support.PostgresServer;

namespace Fraud.Tests.Http;

/// <summary>A service on the copy of a store answers what one on the store itself answers.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class MovedStoreTests(PostgresServer postgres) : IDisposable
{
    private static readonly string[] Cards = ["card-1", "card-2", "card-3"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_CopyOfAStore_AnswersAsTheStoreDoes()
    {
        var (file, twin, database) = (_folder.File("fraud.db"), _folder.File("twin"), postgres.CreateDatabase());
        await With(Sqlite(file), async server =>
        {
            for (var i = 0; i < 5; i++)
            {
                foreach (var card in Cards)
                {
                    Assert.False((await Pay(server, card, i)).GetProperty("duplicate").GetBoolean());
                }
            }
        });
        Directory.CreateDirectory(twin);
        foreach (var one in Directory.GetFiles(_folder.Path))
        {
            File.Copy(one, Path.Combine(twin, Path.GetFileName(one)));
        }

        StoreCopy.Run(new StorageOptions { SqliteFile = file }, database, TimeProvider.System, static _ => { }, default);

        var wanted = await Told(Sqlite(Path.Combine(twin, "fraud.db")));
        var found = await Told(new Dictionary<string, string?> { ["Storage:Kind"] = "Postgres", ["Storage:Postgres"] = database });
        Assert.Equal(wanted.Answers, found.Answers);
        Assert.Equal(wanted.Features, found.Features);
        // Each card has a past, which a fresh one has not.
        Assert.All(found.Features.SkipLast(1), features => Assert.NotEqual(found.Features[^1], features));
    }

    /// <summary>It must not begin without a past, with payments that come in meanwhile.</summary>
    [Fact]
    public async Task Serve_CopyThatWasNotFinished_SaysSoAndTakesNoShard()
    {
        var database = postgres.CreateDatabase();
        using (var store = StoreFactory.Create(new StorageOptions { Kind = StoreKind.Postgres, Postgres = database }, "transactions", TimeProvider.System))
        {
            store.Open();
        }

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        connection.Execute("UPDATE schema_version SET version = $1", PostgresSchema.CopyUnfinished);
        using var node = new OwnedProcess(
            _folder.File("serve.log"), Repository.Root, "dotnet", Path.Combine(AppContext.BaseDirectory, "fraud.dll"), "serve", "--no-welcome", "--no-feed",
            "--urls", "http://127.0.0.1:0", "--postgres", database);

        // Of its second try.
        await Poll.Until(() => node.ReadLog().Split("The graph ended, and starts again").Length > 2);

        Assert.Contains("its copy was not finished", node.ReadLog(), StringComparison.Ordinal);
        Assert.Equal(0, connection.Query("SELECT count(*) FROM shards", static row => row.GetInt64(0))[0]);
    }

    // Answers to repeats; features of one more payment of each card, and of a card that never paid.
    private static async Task<(List<string> Answers, List<float[]> Features)> Told(Dictionary<string, string?> settings)
    {
        var (answers, features) = (new List<string>(), new List<float[]>());
        await With(settings, async server =>
        {
            foreach (var card in Cards)
            {
                var repeat = await Pay(server, card, 2);
                Assert.True(repeat.GetProperty("duplicate").GetBoolean());
                answers.Add($"{repeat.GetProperty("fraud_score")} {repeat.GetProperty("decision")} {repeat.GetProperty("reasons")}");
            }

            foreach (var card in Cards.Append("fresh"))
            {
                Assert.False((await Pay(server, card, 9)).GetProperty("duplicate").GetBoolean());
            }

            var store = server.Services.GetRequiredService<IFraudStore>();
            foreach (var card in Cards.Append("fresh"))
            {
                features.Add([.. store.Cases.FindScored($"{card}/9")!.Features]);
            }
        });
        return (answers, features);
    }

    private static Dictionary<string, string?> Sqlite(string file) => new() { ["Storage:SqliteFile"] = file };

    private static async Task With(Dictionary<string, string?> settings, Func<ServerFixture, Task> work)
    {
        settings["Storage:FeatureSample"] = "1";
        var server = new ServerFixture(settings);
        await server.InitializeAsync();
        try
        {
            await server.ServesAsync();
            await work(server);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<JsonElement> Pay(ServerFixture server, string card, int number)
    {
        using var answer = await server.Post(
            "/predict",
            $$"""{"transaction_id":"{{card}}/{{number}}","card_id":"{{card}}","terminal_id":"t-{{number % 2}}","amount":{{10 + number}}.5,"event_time":{{1_700_000_000 + (number * 40_000)}}}""");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await FlaggingServer.Json(answer);
    }
}
