using System.Text;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Storage;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void Commit_DeadLetterReadAgain_LeavesOnce()
    {
        Commit([FromKafka(1, Undecodable(1, 4)), FromKafka(2, Undecodable(2, 4))]);
        Store.MarkSent([.. Store.ReadOutbox(AllShards, 10).Select(static record => record.Id)]);

        Commit([FromKafka(1, Undecodable(1, 4), Undecodable(1, 5))]);

        var record = Assert.Single(Store.ReadOutbox(AllShards, 10));
        Assert.Equal(OutboxKind.DeadLetter, record.Kind);
        Assert.Equal("key 5", Encoding.UTF8.GetString(record.Key));
        Assert.Equal("{ not json", Encoding.UTF8.GetString(record.Value));
        var headers = record.Headers.ToDictionary();
        Assert.Equal("invalid_json", headers["reason"]);
        Assert.Equal("expected an object", headers["error"]);
        Assert.Equal((Topic, "1", "5"), (headers["origin.topic"], headers["origin.partition"], headers["origin.offset"]));
        Assert.Equal(July, DateTimeOffset.Parse(headers["origin.at"]));
    }

    [Fact]
    public void ReadOutbox_Alert_CarriesEverythingAReceiverNeeds()
    {
        Commit([FromHttp(Paid("a", score: 0.5f, decision: Decision.Review, reasons: ["night"]))]);

        var record = Assert.Single(Store.ReadOutbox(AllShards, 10));
        Assert.Equal(OutboxKind.Alert, record.Kind);
        Assert.Equal("card", Encoding.UTF8.GetString(record.Key));
        Assert.Equal([KeyValuePair.Create("alert_id", "alert-a")], record.Headers);
        using var json = JsonDocument.Parse(record.Value);
        var alert = json.RootElement;
        Assert.Equal("alert-a", alert.GetProperty("alert_id").GetString());
        Assert.Equal("a", alert.GetProperty("transaction_id").GetString());
        Assert.Equal("terminal", alert.GetProperty("terminal_id").GetString());
        Assert.Equal(12.34m, alert.GetProperty("amount").GetDecimal());
        Assert.Equal("EUR", alert.GetProperty("currency").GetString());
        Assert.Equal(July, alert.GetProperty("event_time").GetDateTimeOffset());
        Assert.Equal(0.5f, alert.GetProperty("fraud_score").GetSingle());
        Assert.Equal("review", alert.GetProperty("decision").GetString());
        Assert.Equal("night", alert.GetProperty("reasons")[0].GetString());
        Assert.Equal("payments", alert.GetProperty("model").GetString());
        Assert.Equal("1", alert.GetProperty("model_version").GetString());
    }

    [Fact]
    public void MarkSent_SomeRecords_LeavesTheOthersInOrderAndAlertsCounted()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 5).Select(static i => Paid($"p{i}", decision: Decision.Block))])]);
        var ids = Store.ReadOutbox(AllShards, 3).Select(static record => record.Id).ToArray();

        Store.MarkSent([ids[0], ids[2]]);

        Assert.Equal(["alert-p1", "alert-p3", "alert-p4"], Store.ReadOutbox(AllShards, 10).Select(static record => record.Headers[0].Value));
        Assert.Equal((5, 3), (Store.Count().Alerts, Store.Count().OutboxPending));
        Assert.Equal(ids.Order(), ids);
    }
}
