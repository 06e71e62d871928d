using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Webhooks;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void List_Pages_ShowEachFlaggedPaymentOnceThoughMoreArrive()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 10).Select(i => Flagged($"p{i}", July.AddMinutes(i / 2))), Paid("approved")])]);

        var first = Store.Cases.List(new FlaggedQuery(4));
        // Newer, older, and of the same time as the last of the page.
        Commit([FromHttp(Flagged("newer", July.AddHours(1)), Flagged("between", July.AddMinutes(3)), Flagged("older", July.AddDays(-50)))]);
        var second = Store.Cases.List(new FlaggedQuery(100, After: new FlaggedPlace(first[^1].EventTimeMs, first[^1].Position)));

        Assert.Equal(["p9", "p8", "p7", "p6"], first.Select(static payment => payment.TransactionId));
        Assert.Equal(["p5", "p4", "p3", "p2", "p1", "p0", "older"], second.Select(static payment => payment.TransactionId));
        Assert.Equal(["p5", "p4"], Store.Cases.List(new FlaggedQuery(2, Offset: 6)).Select(static payment => payment.TransactionId));
    }

    [Fact]
    public void List_Filters_AreAllApplied()
    {
        Commit([FromHttp(
            Flagged("low", July, 0.6f), Flagged("edge", July.AddDays(1), 0.9f), Flagged("high", July.AddDays(2), 0.95f), Flagged("late", July.AddDays(40), 0.99f))]);
        Change("high", CaseStatus.Investigated);
        Change("edge", CaseStatus.Fraud);
        Change("late", CaseStatus.Fraud);
        Change("late", CaseStatus.New);

        Assert.Equal(["late", "high", "edge"], Ids(new FlaggedQuery(10, MinScore: 0.9f)));
        Assert.Equal(["edge", "low"], Ids(new FlaggedQuery(10, ToMs: July.AddDays(2).ToUnixTimeMilliseconds())));
        Assert.Equal(["late", "high"], Ids(new FlaggedQuery(10, FromMs: July.AddDays(2).ToUnixTimeMilliseconds())));
        Assert.Equal(["late", "low"], Ids(new FlaggedQuery(10, Status: CaseStatus.New)));
        Assert.Equal(["high"], Ids(new FlaggedQuery(10, Status: CaseStatus.Investigated)));
        Assert.Equal(["edge"], Ids(new FlaggedQuery(
            10, Status: CaseStatus.Fraud, MinScore: 0.8f, FromMs: July.ToUnixTimeMilliseconds(), ToMs: July.AddDays(9).ToUnixTimeMilliseconds())));
        Assert.Empty(Ids(new FlaggedQuery(10, Status: CaseStatus.Fraud, After: new FlaggedPlace(July.ToUnixTimeMilliseconds(), 0))));

        List<string> Ids(FlaggedQuery query) => [.. Store.Cases.List(query).Select(static payment => payment.TransactionId)];
    }

    [Theory]
    [InlineData(FlaggedOrder.Score, "late", "high", "edge", "low")]
    [InlineData(FlaggedOrder.Amount, "low", "late", "edge", "high")]
    public void List_Ordered_PagesShowEachOnceHighestFirst(FlaggedOrder order, params string[] expected)
    {
        // Scores that no short decimal number equals; two of one score, two of one amount.
        Commit([FromHttp(
            Costing(90_000, Flagged("low", July, 0.6f)), Costing(1_000, Flagged("edge", July.AddDays(1), 0.9f)),
            Costing(10, Flagged("high", July.AddDays(2), 0.95f)), Costing(1_000, Flagged("late", July.AddDays(40), 0.95f)))]);
        Change("late", CaseStatus.Fraud);

        var seen = new List<string>();
        FlaggedPlace? after = null;
        while (Store.Cases.List(new FlaggedQuery(1, After: after, Order: order)) is [var payment])
        {
            seen.Add(payment.TransactionId);
            after = FlaggedPlace.Of(payment, order);
        }

        Assert.Equal(expected, seen);
        Assert.Equal(["late"], Store.Cases.List(new FlaggedQuery(9, Status: CaseStatus.Fraud, Order: order)).Select(static payment => payment.TransactionId));
    }

    [Fact]
    public void FindScored_FlaggedOrNot_HasTheFeaturesItWasScoredBy()
    {
        var (approved, flagged) = (Paid("approved"), Paid("flagged", score: 0.75f, decision: Decision.Block, reasons: ["a", "b"]));
        for (var i = 0; i < approved.Features.Length; i++)
        {
            approved.Features[i] = i == 2 ? float.NaN : i / 3f;
        }

        Commit([FromHttp(approved, flagged)]);

        var found = Store.Cases.FindScored("approved")!;
        Assert.Equal(approved.Features, found.Features);
        Assert.Equal((Decision.Approve, "payments", "1"), (found.Decision, found.Model, found.ModelVersion));
        Assert.Empty(found.Reasons);
        Assert.Equal((0.75f, Decision.Block), (Store.Cases.FindScored("flagged")!.Score, Store.Cases.FindScored("flagged")!.Decision));
        Assert.Equal(["a", "b"], Store.Cases.FindScored("flagged")!.Reasons);
        Assert.Null(Store.Cases.FindScored("unknown"));
    }

    [Fact]
    public void Find_AnyStored_HasWhatWasStored()
    {
        Commit([FromHttp(
            Paid("a", score: 0.75f, decision: Decision.Review, reasons: ["żółć"], card: "κάρτα", terminal: "", at: July), Paid("approved"))]);

        var found = Store.Cases.Find("a")!;

        Assert.Equal(("κάρτα", "", 1_234L, "EUR", "online"), (found.CardId, found.TerminalId, found.AmountMinor, found.Currency, found.Source));
        Assert.Equal((0.75f, Decision.Review, "payments", "1"), (found.Score, found.Decision, found.Model, found.ModelVersion));
        Assert.Equal(["żółć"], found.Reasons);
        Assert.Equal(July.ToUnixTimeMilliseconds(), found.EventTimeMs);
        Assert.Equal(CaseState.New, found.Case);
        Assert.Equal((Decision.Approve, CaseState.New), (Store.Cases.Find("approved")!.Decision, Store.Cases.Find("approved")!.Case));
        Assert.Empty(Store.Cases.Find("approved")!.Reasons);
        Assert.Null(Store.Cases.Find("unknown"));
    }

    [Fact]
    public void Change_Status_IsRecordedAndFeedsALabelOnce()
    {
        Commit([FromHttp(Paid("a", decision: Decision.Block, card: "its card"), Paid("approved"))]);

        Assert.Equal(new CaseResult(CaseOutcome.Changed, CaseStatus.New, 1), Change("a", CaseStatus.Investigated, "calls back"));
        Assert.Equal(0, Store.LabelSequence());
        Assert.Equal(new CaseResult(CaseOutcome.Changed, CaseStatus.Investigated, 2), Change("a", CaseStatus.Fraud));
        Assert.Equal(new CaseResult(CaseOutcome.Unchanged, CaseStatus.Fraud, 2), Change("a", CaseStatus.Fraud));
        Assert.Equal(1, Store.LabelSequence());

        // Others took the label back; a note on the case does not bring it up again.
        Store.CommitLabels("labels", -1, 0, [Bare("a") with { IsFraud = false }]);
        Assert.Equal(new CaseResult(CaseOutcome.Changed, CaseStatus.Fraud, 3), Change("a", CaseStatus.Fraud, "see file 7"));
        Assert.Equal(2, Store.LabelSequence());
        Change("a", CaseStatus.Dismissed);
        Assert.Equal(2, Store.LabelSequence());
        Assert.Equal(CaseOutcome.NotFound, Change("approved", CaseStatus.Fraud).Outcome);
        Assert.Equal(CaseOutcome.NotFound, Change("unknown", CaseStatus.Fraud).Outcome);

        Assert.Equal("its card", Store.ReadLabelJournal(0, 1)[0].Change.Label.CardId.ToString());
        Assert.Equal(
            ["4 FRAUD DISMISSED  ann", "3 FRAUD FRAUD see file 7 ann", "2 INVESTIGATED FRAUD  ann", "1 NEW INVESTIGATED calls back ann"],
            Store.Cases.Events("a", 10).Select(static change =>
                $"{change.Version} {change.From.Name()} {change.To.Name()} {change.Note} {change.Actor}"));
        Assert.Equal(2, Store.Cases.Events("a", 2).Count);
        var state = Store.Cases.Find("a")!.Case;
        Assert.Equal((CaseStatus.Dismissed, 4, "ann", null), (state.Status, state.Version, state.ChangedBy, state.Note));
    }

    [Theory]
    [InlineData(CaseStatus.New)]
    [InlineData(CaseStatus.Investigated)]
    public void Change_DecisionTakenBack_WithdrawsItsLabelAndKeepsTheRecord(CaseStatus to)
    {
        Commit([FromHttp(Paid("fraud", decision: Decision.Block, card: "its card"), Paid("fine", decision: Decision.Block))]);
        Change("fraud", CaseStatus.Fraud);
        Change("fine", CaseStatus.Dismissed);
        Assert.Equal(2, Store.Count().Labels);

        Change("fraud", to, "mixed up");
        Change("fine", to);

        Assert.Equal(0, Store.Count().Labels);
        var journal = Store.ReadLabelJournal(0, 10).Select(static entry => entry.Change).ToArray();
        Assert.Equal([1, -1], journal.Select(static change => change.FraudDelta));
        Assert.Equal(journal[0].Label with { IsFraud = false }, journal[1].Label);
        Assert.Equal("its card", journal[1].Label.CardId.ToString());
        Assert.Equal(
            [$"2 FRAUD {to.Name()} mixed up", "1 NEW FRAUD "],
            Store.Cases.Events("fraud", 10).Select(static change => $"{change.Version} {change.From.Name()} {change.To.Name()} {change.Note}"));

        // Who learns from labels knows nothing of them either.
        Assert.All(Store.History.Read(0, Store.History.Head(), 0, long.MaxValue), static payment => Assert.Null(payment.IsFraud));
        Assert.Equal(0, Assert.Single(Quality.Count(Later, 10)).FlaggedFrauds);

        Change("fraud", CaseStatus.Fraud);
        Assert.Equal([1, -1, 1], Store.ReadLabelJournal(0, 10).Select(static entry => entry.Change.FraudDelta));
        Assert.Equal(1, Assert.Single(Quality.Count(Later, 10)).FlaggedFrauds);
    }

    [Fact]
    public void Change_DecisionTakenBack_LeavesWhatOthersSay()
    {
        string[] ids = ["same before", "other before", "same after", "other after", "in between"];
        Commit([FromHttp([.. ids.Select(static id => Paid(id, decision: Decision.Block))])]);
        Others("same before", isFraud: true);
        Others("other before", isFraud: false);
        Others("in between", isFraud: true);
        foreach (var id in ids)
        {
            Change(id, CaseStatus.Fraud);
        }

        Others("same after", isFraud: true);
        Others("other after", isFraud: false);
        Change("in between", CaseStatus.Dismissed);
        foreach (var id in ids)
        {
            Change(id, CaseStatus.New);
        }

        Assert.Equal(
            [("in between", true), ("other after", false), ("other before", false), ("same after", true), ("same before", true)],
            Store.History.Read(0, Store.History.Head(), 0, long.MaxValue)
                .Select(static payment => (payment.TransactionId, payment.IsFraud!.Value)).Order());
        // Each payment's changes add up to what is known of it.
        Assert.Equal(
            ["in between", "same after", "same before"],
            Store.ReadLabelJournal(0, 100).GroupBy(static entry => entry.Change.Label.TransactionId.ToString())
                .Where(static changes => changes.Sum(static entry => entry.Change.FraudDelta) == 1).Select(static changes => changes.Key)
                .Order(StringComparer.Ordinal));

        void Others(string id, bool isFraud) => Store.CommitLabels("labels", -1, 0, [Bare(id) with { IsFraud = isFraud }]);
    }

    [Fact]
    public void Change_OtherVersionExpected_IsAConflictThatWritesNothing()
    {
        Commit([FromHttp(Paid("a", decision: Decision.Block))]);

        Assert.Equal(CaseOutcome.Conflict, Change("a", CaseStatus.Fraud, expected: 1).Outcome);
        Assert.Equal(CaseOutcome.Changed, Change("a", CaseStatus.Investigated, expected: 0).Outcome);
        Assert.Equal(new CaseResult(CaseOutcome.Conflict, CaseStatus.Investigated, 1), Change("a", CaseStatus.Fraud, expected: 0));

        Assert.Equal(1, Store.Cases.Find("a")!.Case.Version);
        Assert.Single(Store.Cases.Events("a", 10));
        Assert.Equal(0, Store.LabelSequence());
    }

    [Fact]
    public void Change_SeveralAtOnceUponTheSameVersion_OneWins()
    {
        Commit([FromHttp(Paid("a", decision: Decision.Block))]);
        var outcomes = new CaseOutcome[8];

        Parallel.For(0, outcomes.Length, i => outcomes[i] = Change("a", i % 2 == 0 ? CaseStatus.Fraud : CaseStatus.Dismissed, expected: 0).Outcome);

        Assert.Single(outcomes, CaseOutcome.Changed);
        Assert.Equal(7, outcomes.Count(static outcome => outcome == CaseOutcome.Conflict));
        Assert.Single(Store.Cases.Events("a", 10));
    }

    [Fact]
    public void Change_RecordFails_LeavesNeitherStatusNorLabel()
    {
        Commit([FromHttp(Paid("a", decision: Decision.Block))]);
        Execute(BreakInserts("label_journal"));

        Assert.ThrowsAny<Exception>(() => Change("a", CaseStatus.Fraud));

        Assert.Equal(CaseState.New, Store.Cases.Find("a")!.Case);
        Assert.Empty(Store.Cases.Events("a", 10));
        Assert.Equal(0, Store.LabelSequence());
    }

    [Fact]
    public void ReadAlerts_InPages_HasEachFlaggedPaymentInOrder()
    {
        Assert.Equal(0, Store.Cases.AlertHead());
        Assert.Empty(Store.Cases.ReadAlerts(0, 10).Alerts);
        Commit([FromHttp(Flagged("a", July.AddDays(-40)), Paid("x"), Flagged("b", July), Flagged("c", July.AddDays(-1)))]);
        Commit([FromHttp(Flagged("a", July), Paid("y"))]);

        var first = Store.Cases.ReadAlerts(0, 2);
        var second = Store.Cases.ReadAlerts(first.UpTo, 2);

        Assert.Equal(["a", "b"], first.Alerts.Select(static alert => alert.TransactionId));
        Assert.Equal(["c"], second.Alerts.Select(static alert => alert.TransactionId));
        Assert.Equal(Store.Cases.AlertHead(), second.UpTo);
        Assert.Empty(Store.Cases.ReadAlerts(second.UpTo, 2).Alerts);
    }

    [Fact]
    public async Task ReadAlerts_BesideCommits_LeavesNoneOut()
    {
        const int Rounds = 60;
        _ = Owned;
        var seen = new List<string>();
        var writing = Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    Commit([FromHttp(Flagged($"a{round}", July), Paid($"b{round}"))]);
                }
            },
            TaskCreationOptions.LongRunning);
        var reading = Task.Factory.StartNew(
            () =>
            {
                var cursor = 0L;
                var deadline = DateTime.UtcNow.AddSeconds(20);
                while (seen.Count < Rounds && DateTime.UtcNow < deadline)
                {
                    var page = Store.Cases.ReadAlerts(cursor, 7);
                    seen.AddRange(page.Alerts.Select(static alert => alert.TransactionId));
                    cursor = page.UpTo;
                }
            },
            TaskCreationOptions.LongRunning);
        await Task.WhenAll(writing, reading);

        Assert.Equal(Enumerable.Range(0, Rounds).Select(static round => $"a{round}"), seen);
    }

    [Fact]
    public void CommitLabels_EventAgain_HasNoEffect()
    {
        Commit([FromHttp(Paid("a"))]);

        Assert.Single(Events.CommitLabels("event-1", [Bare("a")]).Changes);
        Events.CommitLabels("event-2", [Bare("a") with { IsFraud = false }]);
        Assert.Equal((false, 0), (Events.CommitLabels("event-1", [Bare("a")]).IsNewest, Events.CommitLabels("event-1", [Bare("a")]).Changes.Count));

        Assert.Equal(2, Store.LabelSequence());
        Assert.True(Events.Knows("event-2"));
        Assert.False(Events.Knows("event-3"));
        Events.Remember("event-3");
        Events.Remember("event-3");
        Assert.True(Events.Knows("event-3"));
    }

    [Fact]
    public void CommitLabels_LabelIsRefused_EventIsNotRemembered()
    {
        Commit([FromHttp(Paid("a"))]);
        Execute(BreakInserts("label_journal"));

        Assert.ThrowsAny<Exception>(() => Events.CommitLabels("event-1", [Bare("a")]));
        Assert.False(Events.Knows("event-1"));

        Execute(RepairInserts("label_journal"));
        Assert.Single(Events.CommitLabels("event-1", [Bare("a")]).Changes);
    }

    [Fact]
    public void CommitLabels_EventAboutAnUnknownPayment_WaitsForIt()
    {
        Assert.Empty(Events.CommitLabels("event-1", [Bare("later")]).Changes);
        Assert.Equal(0, Store.LabelSequence());

        Commit([FromHttp(Paid("later"))]);

        Assert.Equal(1, Store.LabelSequence());
    }

    [Fact]
    public void Open_TablesOfTheFirstVersion_ListsWhatWasFlagged()
    {
        Execute(FirstVersionOf());

        var listed = Store.Cases.List(new FlaggedQuery(10));

        Assert.NotEmpty(listed);
        Assert.Equal(CaseOutcome.Changed, Change(listed[0].TransactionId, CaseStatus.Investigated).Outcome);
    }

    [Fact]
    public void CommitLabels_EventsOfOneSubject_TheNewestDecidesHoweverTheyCome()
    {
        Commit([FromHttp(Paid("a"), Paid("b"))]);

        Assert.True(Events.CommitLabels("e-2", [Bare("a")], new WebhookOrder("subject-a", 2, "mark-a")).IsNewest);
        Assert.False(Events.CommitLabels("e-1", [Bare("a") with { IsFraud = false }], new WebhookOrder("subject-a", 1, "mark-never")).IsNewest);
        Assert.False(Events.CommitLabels("e-2b", [Bare("a") with { IsFraud = false }], new WebhookOrder("subject-a", 2)).IsNewest);
        Assert.True(Events.CommitLabels("e-b", [Bare("b")], new WebhookOrder("subject-b", 1)).IsNewest);
        Assert.True(Events.CommitLabels("e-3", [Bare("a") with { IsFraud = false }], new WebhookOrder("subject-a", 3)).IsNewest);

        Assert.Equal([true, true, false], Store.ReadLabelJournal(0, 10).Select(static entry => entry.Change.Label.IsFraud));
        // One that came too late is taken in as well: it need not be looked at again.
        Assert.Equal((true, true, true, false), (Events.Knows("e-1"), Events.Knows("e-2b"), Events.Knows("mark-a"), Events.Knows("mark-never")));
    }

    private WebhookQueries Events => new(Store.Database, TimeProvider.System);

    private static Fraud.Stream.Batching.Payment Costing(long minor, Fraud.Stream.Batching.Payment payment)
    {
        payment.Transaction.AmountMinor = minor;
        return payment;
    }

    private static Fraud.Stream.Batching.Payment Flagged(string id, DateTimeOffset at, float score = 0.8f) =>
        Paid(id, score: score, decision: Decision.Review, at: at);

    private CaseResult Change(string id, CaseStatus to, string? note = null, long? expected = null) =>
        Store.Cases.Change(new CaseUpdate(ShortText.From(id), to, note, "ann", expected is { } version ? [version] : null));
}
