using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void CommitLabels_NewRepeatedAndCorrected_ReportsOnlyChanges()
    {
        var fraud = Known("a", isFraud: true);

        Assert.Equal([new LabelChange(fraud, 1)], Store.CommitLabels("labels", 0, 1, [fraud]));
        Assert.Empty(Store.CommitLabels("labels", 0, 2, [fraud]));
        Assert.Empty(Store.CommitLabels("labels", 0, 3, [Known("b", isFraud: false)]));
        Assert.Equal([new LabelChange(fraud with { IsFraud = false }, -1)],
            Store.CommitLabels("labels", 0, 4, [fraud with { IsFraud = false }]));
        Assert.Equal([1, -1, 1], Store.CommitLabels(
            "labels", 0, 8, [fraud, fraud, fraud with { IsFraud = false }, fraud]).Select(static change => change.FraudDelta));

        Assert.Equal([fraud], Store.ReadLabels(0));
        Assert.Empty(Store.ReadLabels(fraud.EventTimeMs + 1));
        Assert.Equal(8, Store.ReadOffsets("labels")[0]);
        Assert.Equal(2, Store.Count().Labels);
    }

    [Fact]
    public void CommitLabels_PartsLeftOut_AreFilledInFromTheStoredPayment()
    {
        Store.Commit([FromHttp(Paid("a", card: "its card", terminal: "its terminal", at: July))]);

        var change = Assert.Single(Store.CommitLabels("labels", -1, 0, [new Label(ShortText.From("a"), default, default, 0, true)]));

        Assert.Equal(("its card", "its terminal"), (change.Label.CardId.ToString(), change.Label.TerminalId.ToString()));
        Assert.Equal(July.ToUnixTimeMilliseconds(), change.Label.EventTimeMs);
        Assert.Equal([change.Label], Store.ReadLabels(July.ToUnixTimeMilliseconds()));
        Assert.Empty(Store.ReadOffsets("labels"));
    }

    [Fact]
    public void CommitLabels_CorrectionSaysLessOrElse_TakesBackWhatWasCounted()
    {
        var fraud = Known("a", isFraud: true);
        Store.CommitLabels("labels", 0, 1, [fraud]);

        var correction = new Label(fraud.TransactionId, default, ShortText.From("another"), fraud.EventTimeMs + 1, false);
        var change = Assert.Single(Store.CommitLabels("labels", 0, 2, [correction]));

        Assert.Equal(new LabelChange(fraud with { IsFraud = false }, -1), change);
    }

    [Fact]
    public void CommitLabels_OffsetFails_LeavesNoLabel()
    {
        _ = Store.Count();
        Execute(BreakInserts("offsets"));

        Assert.ThrowsAny<Exception>(() => Store.CommitLabels("labels", 0, 1, [Known("a", isFraud: true)]));

        Assert.Empty(Store.ReadLabels(0));
    }

    [Fact]
    public void CommitLabels_PaymentNotStoredYet_WaitsAndCountsOnceWhenItIs()
    {
        var early = new Label(ShortText.From("a"), default, default, 0, true);

        Assert.Empty(Store.CommitLabels("labels", 0, 1, [early]));
        Assert.Empty(Store.CompleteLabels());
        Assert.Empty(Store.ReadLabels(0));
        Store.Commit([FromHttp(Paid("a", card: "its card", terminal: "its terminal", at: July))]);

        var change = Assert.Single(Store.CompleteLabels());
        Assert.Equal(new LabelChange(Whole("a"), 1), change);
        Assert.Empty(Store.CompleteLabels());
        Assert.Empty(Store.CommitLabels("labels", 0, 2, [early]));
        Assert.Equal([Whole("a")], Store.ReadLabels(0));
    }

    [Fact]
    public void CommitLabels_WaitingLabelTakenBack_NeverCounts()
    {
        var early = new Label(ShortText.From("a"), default, default, 0, true);
        Store.CommitLabels("labels", 0, 1, [early]);

        Assert.Empty(Store.CommitLabels("labels", 0, 2, [early with { IsFraud = false }]));
        Store.Commit([FromHttp(Paid("a", card: "its card", terminal: "its terminal"))]);

        Assert.Empty(Store.CompleteLabels());
        Assert.Empty(Store.ReadLabels(0));
    }

    [Fact]
    public void CommitLabels_WaitingLabelRepeatedOncePaid_CountsOnce()
    {
        var early = new Label(ShortText.From("a"), default, default, 0, true);
        Store.CommitLabels("labels", 0, 1, [early]);
        Store.Commit([FromHttp(Paid("a", card: "its card", terminal: "its terminal"))]);

        Assert.Equal([new LabelChange(Whole("a"), 1)], Store.CommitLabels("labels", 0, 2, [early]));
        Assert.Empty(Store.CompleteLabels());
        Assert.Equal(
            [new LabelChange(Whole("a") with { IsFraud = false }, -1)],
            Store.CommitLabels("labels", 0, 3, [early with { IsFraud = false }]));
    }

    [Fact]
    public void CommitLabels_PaymentHasNoTerminal_CountsForItsCard()
    {
        Store.Commit([FromHttp(Paid("a", card: "its card", terminal: "", at: July))]);

        var change = Assert.Single(Store.CommitLabels("labels", 0, 1, [new Label(ShortText.From("a"), default, default, 0, true)]));

        Assert.Equal((July.ToUnixTimeMilliseconds(), "its card"), (change.Label.EventTimeMs, change.Label.CardId.ToString()));
        Assert.True(change.Label.TerminalId.IsEmpty);
        Assert.Single(Store.ReadLabels(0));
    }

    [Fact]
    public void CommitLabels_Unreadable_BecomesOneDeadLetterWithItsOrigin()
    {
        var letter = new DeadLetter("key"u8.ToArray(), "{ no label"u8.ToArray(), "invalid_label", "body: expected one JSON object");
        var unreadable = new UnreadableLabel(7, letter, July.ToUnixTimeMilliseconds());

        Store.CommitLabels("labels", 0, 8, [], [unreadable]);
        Store.CommitLabels("labels", 0, 8, [], [unreadable]);

        var record = Assert.Single(Store.ReadOutbox(10));
        Assert.Equal(OutboxKind.DeadLetter, record.Kind);
        Assert.Equal(letter.Value, record.Value);
        Assert.Contains(KeyValuePair.Create("origin.topic", "labels"), record.Headers);
        Assert.Contains(KeyValuePair.Create("origin.offset", "7"), record.Headers);
        Assert.Contains(KeyValuePair.Create("reason", "invalid_label"), record.Headers);
    }

    private static Label Whole(string id) => new(
        ShortText.From(id), ShortText.From("its card"), ShortText.From("its terminal"), July.ToUnixTimeMilliseconds(), true);
}
