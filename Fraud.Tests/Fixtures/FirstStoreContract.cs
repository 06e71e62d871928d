using System.Globalization;
using System.Net;
using System.Text.Json;
using Fraud.Model.Features;
using Fraud.Stream.Cases;
using Fraud.Stream.Registry;
using Fraud.Stream.Shards;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Fixtures;

/// <summary>What the program that wrote the first stores left is there for the program of today.</summary>
public abstract class FirstStoreContract(FirstStore first)
{
    private const string Today = "today-";

    // A label of it came before it.
    private const string Unknown = "not-here-yet";

    [Fact]
    public void Payments_Stored_AreAllThere()
    {
        var payments = first.Store.History.Read(0, first.Store.History.Head(), 0, long.MaxValue);

        Assert.Equal(Number("payments"), payments.Count(static payment => !IsOfToday(payment.TransactionId)));
        Assert.True(payments.Single(static payment => payment.TransactionId == "order-2001").IsFraud);
        Assert.False(payments.Single(static payment => payment.TransactionId == "order-2002").IsFraud);
        Assert.Equal("2018-04-01T10:00:00", Time("order-0001").ToString("s", CultureInfo.InvariantCulture));
        Assert.Equal(Number("labels"), first.Store.Count().Labels);
    }

    [Fact]
    public async Task Predict_PaymentThatIsStored_GetsTheStoredAnswer()
    {
        var answer = await Pay("order-4004", "card-21", DateTimeOffset.UtcNow);

        Assert.True(answer.GetProperty("duplicate").GetBoolean());
        Assert.Equal(first.Written.GetProperty("last_score").GetDouble(), answer.GetProperty("fraud_score").GetDouble(), 6);
    }

    [Fact]
    public async Task Cases_DecidedThen_AreListedWithWhatWasSaid()
    {
        var flagged = (await Get("/api/v1/anomalies?limit=100")).GetProperty("data").EnumerateArray()
            .ToDictionary(static one => one.GetProperty("transaction_id").GetString()!, static one => one.GetProperty("status").GetString());

        Assert.Equal(Number("flagged"), flagged.Keys.Count(static id => !IsOfToday(id)));
        Assert.Equal(
            ["FRAUD", "DISMISSED", "INVESTIGATED", "NEW", "NEW"],
            Enumerable.Range(1001, 5).Select(order => flagged[$"order-{order}"]));
        Assert.Equal(
            [(CaseStatus.New, "not so sure"), (CaseStatus.Fraud, null)],
            first.Store.Cases.Events("order-1004", 10).Select(static change => (change.To, change.Note)));
        Assert.Equal("called the cardholder", Assert.Single(first.Store.Cases.Events("order-1001", 10)).Note);
    }

    [Fact]
    public async Task Keys_GoodAndRevoked_AreTakenAndRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/stats", UriKind.Relative));
        request.Headers.Add("X-API-Key", first.Written.GetProperty("revoked_key").GetString());
        using var client = new HttpClient { BaseAddress = first.Server.Client.BaseAddress };
        using var refused = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(JsonValueKind.Object, (await Get("/stats")).ValueKind);
    }

    /// <summary>Of one card all is in a snapshot or behind it; the other's one payment is in the journal alone.</summary>
    [Theory]
    [InlineData("card-17", "order-4003", 8)]
    [InlineData("card-21", "order-4004", 1)]
    [InlineData("card-18", "order-2003", 3)]
    public async Task Predict_CardThatPaidThen_CountsWhatItPaid(string card, string last, int paid)
    {
        await Pay(Today + card, card, Time(last).AddSeconds(1));

        var features = first.Store.Cases.FindScored(Today + card)!.Features;
        Assert.Equal(paid + 1, features[FeatureCatalog.IndexOf("card_count_30d")]);
        Assert.Equal(paid + 1, features[FeatureCatalog.IndexOf("card_count_1d")]);
    }

    [Fact]
    public async Task Predict_PaymentWhoseLabelWaits_IsKnownAsAFraud()
    {
        var before = first.Store.LabelSequence();

        await Pay(Unknown, "card-22", DateTimeOffset.UtcNow);
        first.Store.WaitForRows(Poll.Deadline);

        Assert.Equal(before + 1, first.Store.LabelSequence());
    }

    /// <summary>Its writer was killed: its claims stood, and one that still ran could write under them no more.</summary>
    [Fact]
    public async Task Shards_ClaimedThen_AreClaimedAboveThatAndFenceWhoClaimedThem()
    {
        Assert.Equal(6, first.Generations.Count);

        // A node of a cluster is ready before it has its shards.
        await Poll.Until(() => Heads().All(head => head.Generation > first.Generations[head.Shard]));

        Assert.Equal(first.Generations.Keys.Order(), Heads().Select(static head => head.Shard));
        Assert.All(Heads(), static head => Assert.True(head.IsOwned));
        foreach (var head in Heads())
        {
            var former = new ShardCommit(head.Shard, first.Generations[head.Shard], head.Sequence + 1, head.NextOffset, Guid.NewGuid());
            var payment = StoredPayments.Paid("former-" + head.Shard, shard: head.Shard);
            Assert.Equal([head.Shard], OwnedShardsExtensions.Commit(first.Store, [StoredPayments.FromHttp(payment)], [former]));
        }

        Assert.Null(first.Store.Cases.FindScored("former-1"));

        IReadOnlyList<ShardHead> Heads() => first.Store.ReadHeads([.. first.Generations.Keys]);
    }

    [Fact]
    public async Task Outbox_AlertsThatHadNotLeft_Leave()
    {
        Assert.Equal(4, Number("unsent"));
        await Poll.Until(() => !first.Store.EarlierOutbox.Exists());
    }

    [Fact]
    public async Task Registry_VersionInProduction_IsThereWithItsFiles()
    {
        var version = Assert.Single(new ModelQueries(first.Store.Database).Versions("creditcard-snn"));

        Assert.Equal((ModelStage.Production, "1"), (version.Stage, version.Version));
        Assert.Equal(["manifest.json", "model.onnx"], new ModelQueries(first.Store.Database).Files("creditcard-snn", "1").Select(static file => file.Name).Order());
        var found = await Get("/api/2.0/mlflow/registered-models/alias?name=creditcard-snn&alias=champion");
        Assert.Equal("1", found.GetProperty("model_version").GetProperty("version").GetString());
    }

    [Fact]
    public async Task Audit_WhatWasDoneThen_IsTold()
    {
        var actions = (await Get("/api/v1/audit?limit=100")).GetRawText();

        Assert.All(["key revoked", "model promoted", "Transaction status updated", "labels posted"], done => Assert.Contains(done, actions, StringComparison.Ordinal));
    }

    private static bool IsOfToday(string payment) => payment.StartsWith(Today, StringComparison.Ordinal) || payment == Unknown;

    private int Number(string name) => first.Written.GetProperty(name).GetInt32();

    private DateTimeOffset Time(string payment) => DateTimeOffset.FromUnixTimeMilliseconds(
        first.Store.History.Read(0, first.Store.History.Head(), 0, long.MaxValue).Single(one => one.TransactionId == payment).EventTimeMs);

    private async Task<JsonElement> Pay(string id, string card, DateTimeOffset time)
    {
        using var response = await first.Server.Post("/predict", JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["transaction_id"] = id,
            ["card_id"] = card,
            ["terminal_id"] = "terminal-4",
            ["amount"] = 20,
            ["currency"] = "EUR",
            ["event_time"] = time,
        }));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await FlaggingServer.Json(response);
    }

    private async Task<JsonElement> Get(string path)
    {
        using var response = await first.Server.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await FlaggingServer.Json(response);
    }
}

public sealed class FirstSqliteStoreTests(FirstSqliteStore first) : FirstStoreContract(first), IClassFixture<FirstSqliteStore>;

[Collection(PostgresNodesCollection.Name)]
public sealed class FirstPostgresStoreTests(FirstPostgresStore first) : FirstStoreContract(first), IClassFixture<FirstPostgresStore>;

[Collection(PostgresNodesCollection.Name)]
public sealed class FirstMovedStoreTests(FirstMovedStore first) : FirstStoreContract(first), IClassFixture<FirstMovedStore>;
