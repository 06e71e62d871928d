using System.Text.Json;
using Fraud.Stream.Storage;
using Fraud.Tests.Cli;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PostgresServer = Fraud.Tests.Support.PostgresServer;

namespace Fraud.Tests.Http.CardNumbers;

/// <summary>A service that let card numbers in, a mend of its store, and a service that lets none in on what is left.</summary>
public sealed class MendedServiceTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    // Not a number alone, which would be refused from then on.
    private static readonly string[] Cards = ["4111111111111111-1", "5500005555555559-2", "378282246310005-3"];
    private const string Terminal = "pos 6011000990139424";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public async Task Serve_MendedStore_KnowsRepeatsAndHistories(string kind)
    {
        var (mended, twin) = kind == "Sqlite" ? (_folder.File("mended"), _folder.File("twin")) : (postgres.CreateDatabase(), "");
        await With(kind, mended, lets: true, async server =>
        {
            foreach (var card in Cards)
            {
                for (var i = 0; i < 4; i++)
                {
                    Assert.False(await IsRepeat(server, Payment(card, i)));
                }
            }
        });
        twin = Copy(kind, mended, twin);

        var mend = kind == "Sqlite"
            ? await CommandLine.Run("store", "scan", "--mend", "--data", mended)
            : await CommandLine.Run("store", "scan", "--mend", "--postgres", mended);
        Assert.Equal((0, ""), (mend.Exit, mend.Error));

        var wanted = await Next(kind, twin, lets: true);
        var found = await Next(kind, mended, lets: false);
        Assert.Equal(wanted, found);
        Assert.All(found.SkipLast(1), features => Assert.NotEqual(found[^1], features));
    }

    // The features of one more payment of each card, those before which are repeats, and of a card that never paid.
    private static async Task<List<float[]>> Next(string kind, string place, bool lets)
    {
        var features = new List<float[]>();
        await With(kind, place, lets, async server =>
        {
            var repeats = 0;
            var store = server.Services.GetRequiredService<IFraudStore>();
            foreach (var card in Cards)
            {
                // Its token may be of another shard, which does not know its ids: then rows find the repeats.
                var isKnown = await IsRepeat(server, Payment(card, 0));
                Assert.True(isKnown || !lets);
                Assert.Equal(isKnown, await IsRepeat(server, Payment(card, 3)));
                repeats += isKnown ? 0 : 2;
            }

            await Poll.Until(() => store.TakenBack() == repeats);
            foreach (var card in Cards)
            {
                Assert.False(await IsRepeat(server, Payment(card, 4)));
            }

            Assert.False(await IsRepeat(server, Payment("fresh", 4)));
            var history = store.History;
            features.AddRange(history.Read(0, history.Head(), 0, long.MaxValue).TakeLast(Cards.Length + 1).Select(static payment => payment.Features));
        });
        return features;
    }

    private static async Task With(string kind, string place, bool lets, Func<ServerFixture, Task> work)
    {
        var settings = new Dictionary<string, string?> { ["Storage:Kind"] = kind, ["Storage:FeatureSample"] = "1" };
        settings[kind == "Sqlite" ? "Storage:SqliteFile" : "Storage:Postgres"] = kind == "Sqlite" ? Path.Combine(place, "fraud.db") : place;
        if (lets)
        {
            foreach (var field in (string[])["CardIds", "OtherIds", "Texts"])
            {
                settings[$"CardNumbers:{field}"] = "Allow";
            }
        }

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

    private string Copy(string kind, string from, string to)
    {
        if (kind == "Sqlite")
        {
            Directory.CreateDirectory(to);
            foreach (var file in Directory.GetFiles(from))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }

            return to;
        }

        NpgsqlConnection.ClearAllPools();
        var name = new NpgsqlConnectionStringBuilder(from).Database;
        postgres.Execute($"CREATE DATABASE {name}_twin TEMPLATE {name}");
        return new NpgsqlConnectionStringBuilder(from) { Database = $"{name}_twin" }.ConnectionString;
    }

    private static string Payment(string card, int number) =>
        $$"""{"transaction_id":"{{card}}/{{number}}","card_id":"{{card}}","terminal_id":"{{Terminal}}","amount":{{10 + number}}.5,"event_time":{{1_700_000_000 + (number * 400_000)}}}""";

    private static async Task<bool> IsRepeat(ServerFixture server, string payment)
    {
        using var answer = await server.Post("/predict", payment);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("duplicate").GetBoolean();
    }
}
