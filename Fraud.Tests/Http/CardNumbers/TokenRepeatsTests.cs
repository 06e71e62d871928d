using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Faults.Cluster;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Npgsql;
using PostgresServer = Fraud.Tests.Support.PostgresServer;

namespace Fraud.Tests.Http.CardNumbers;

/// <summary>
/// A payment whose id became a token is known again, however it comes: over HTTP at any node, through Kafka, after a restart. Another key
/// ends that, and says so in the token.
/// </summary>
public sealed class TokenRepeatsTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Number = "4111 1111 1111 1111";
    private const string OtherKey = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 2);
    private readonly HttpClient _client = new() { Timeout = Poll.Deadline };
    private readonly string _connection = postgres.CreateDatabase();
    private int _started;

    public void Dispose()
    {
        _client.Dispose();
        _topics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Send_SamePaymentAgain_IsARepeatEverywhereUntilTheKeyChanges()
    {
        var (first, second) = (await Start("one"), await Start("two"));

        // Through Kafka first: its record has the number, its result the token.
        _topics.Send(Topics.Transactions, "card-1", Payment);
        _topics.Flush();
        await Poll.Until(async () => await Count() == 1);
        var token = (await Score(first)).GetProperty("transaction_id").GetString()!;
        foreach (var node in (NodeProcess[])[first, second])
        {
            var again = await Score(node);
            Assert.True(again.GetProperty("duplicate").GetBoolean(), again.ToString());
            Assert.Equal(token, again.GetProperty("transaction_id").GetString());
        }

        Assert.Matches("^tok_[a-z]{6}_[a-z]{40}$", token);
        await End(first);
        await End(second);

        await using (var restarted = await Start("one"))
        {
            Assert.True((await Score(restarted)).GetProperty("duplicate").GetBoolean());
            _topics.Send(Topics.Transactions, "card-1", Payment);
            _topics.Send(Topics.Transactions, "card-1", Payment.Replace(Number, "behind", StringComparison.Ordinal));
            _topics.Flush();
            await Poll.Until(async () => await Count() == 2);
            Assert.Equal(0, await restarted.Terminate(Poll.Deadline));
        }

        await using var withOtherKey = await Start("one", OtherKey);
        var other = await Score(withOtherKey);
        Assert.False(other.GetProperty("duplicate").GetBoolean());
        Assert.NotEqual(token.Split('_')[1], other.GetProperty("transaction_id").GetString()!.Split('_')[1]);
        await Poll.Until(async () => await Count() == 3);
    }

    private static string Payment =>
        $$"""{"transaction_id":"{{Number}}","card_id":"card-1","terminal_id":"t-1","amount":12.5,"event_time":1700000000}""";

    private async Task<NodeProcess> Start(string name, string? key = null)
    {
        string[] settings =
        [
            "Storage:Kind=Postgres", $"Storage:Postgres={_connection}", $"Cluster:NodeName={name}", $"Kafka:BootstrapServers={_topics.Address}",
            "Kafka:Partitions=2", "Http:Urls=http://127.0.0.1:0",
        ];
        var node = NodeProcess.Start(
            name, _folder.File(string.Create(CultureInfo.InvariantCulture, $"{name}-{++_started}.log")),
            settings.SelectMany(static setting => new[] { "--set", setting }),
            key is null ? null : new Dictionary<string, string> { ["CardNumbers__TokenKey"] = key });
        await node.WaitUntilUp(new CancellationTokenSource(Poll.Deadline).Token);
        return node;
    }

    private static async Task End(NodeProcess node)
    {
        Assert.Equal(0, await node.Terminate(Poll.Deadline));
        await node.DisposeAsync();
    }

    // Shards may be on their way to another node: a refusal is asked again, as callers do.
    private async Task<JsonElement> Score(NodeProcess node)
    {
        JsonElement? scored = null;
        await Poll.Until(async () =>
        {
            using var answer = await _client.PostAsync(new Uri(node.Url!, "predict"), new StringContent(Payment, Encoding.UTF8, "application/json"));
            scored = answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone() : null;
            return scored is not null;
        });
        return scored!.Value;
    }

    private async Task<long> Count()
    {
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var count = source.CreateCommand("SELECT count(*) FROM transactions");
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
