using Fraud.Model;
using Fraud.Model.Drift;
using Fraud.Model.Registry;
using Fraud.Stream.Drift;
using Fraud.Tests.Model;

namespace Fraud.Tests.Stream.Drift;

public sealed class DriftTrackerTests
{
    private const long DayMs = 86_400_000;

    private readonly DriftOptions _options = new() { WindowPayments = 1_000, Steps = 4, Confirm = 2, LearnPayments = 4_000 };
    private readonly List<DriftChange> _changes = [];
    private readonly Random _random = new(3);
    private readonly Transaction _payment = new() { Currency = Currency.Euro };

    [Fact]
    public void Add_AmountsOfOneSourceGrow_RaiseTheAlarmOfThatSourceAndClearIt()
    {
        var tracker = New(Reference());

        Send(tracker, 5_000);
        var before = _changes.Count;
        Send(tracker, 3_000, onlineTimes: 1.8);
        var raised = _changes.ToArray();
        Send(tracker, 3_000);

        Assert.Equal(0, before);
        Assert.Contains(raised, static change => change is { IsRaised: true, Subject: "amount at source=online", Kind: DriftAlarmKind.Feature });
        Assert.DoesNotContain(raised, static change => change.Kind == DriftAlarmKind.Category);
        // Told once each, however many looks agree.
        Assert.Single(raised, static change => change.Subject == "amount at source=online");
        Assert.Contains(_changes, static change => change is { IsRaised: false, Subject: "amount at source=online" });
        Assert.DoesNotContain(tracker.Columns(), static column => column.IsRaised);
    }

    [Fact]
    public void Add_NewSource_RaisesItsAlarmAndNamesIt()
    {
        var tracker = New(Reference());
        Send(tracker, 2_000);

        Send(tracker, 1_500, newSource: "kiosk\n1");

        var change = Assert.Single(_changes);
        Assert.Equal((true, DriftAlarmKind.Category, "source", "new_share"), (change.IsRaised, change.Kind, change.Subject, change.Measure));
        Assert.Contains("kiosk?1", change.Detail, StringComparison.Ordinal);
        var column = Assert.Single(tracker.Columns(), static column => column.Subject == "source");
        Assert.InRange(column.NewShare!.Value, 0.05, 0.15);
        Assert.Equal("kiosk?1", Assert.Single(column.NewValues).Key);
    }

    [Fact]
    public void Add_HalfOfTheFeaturesDrift_IsTheShareAndAnAlarmOfItsOwn()
    {
        var tracker = New(Reference());
        Send(tracker, 2_000);

        Send(tracker, 3_000, shift: 2);

        Assert.Equal(0.5, tracker.DataDriftScore);
        Assert.Contains(_changes, static change => change is { IsRaised: true, Kind: DriftAlarmKind.Data, Value: 0.5 });
    }

    [Fact]
    public void Add_LessHistoryThanAFeatureLooksBack_IsJudgedOnceThereIsEnough()
    {
        var history = new History();
        var tracker = New(Reference(), history);

        Send(tracker, 3_000, shift: 2);
        var waiting = tracker.Columns().ToDictionary(static column => column.Subject);
        history.FromMs = 0;
        // A step until it is seen, and a window to fill.
        Send(tracker, 1_000, shift: 2);
        var filling = _changes.Count;
        Send(tracker, 2_000, shift: 2);

        Assert.True(waiting["card_count_1d"] is { IsWaiting: true, IsUnjudged: true, IsRaised: false });
        Assert.True(waiting["score"].IsWaiting);
        Assert.True(waiting["amount"] is { IsWaiting: false, IsUnjudged: false });
        Assert.Equal(0, filling);
        Assert.Contains(_changes, static change => change is { IsRaised: true, Subject: "card_count_1d" });
        Assert.Equal(0.5, tracker.DataDriftScore);
    }

    [Fact]
    public void Add_ExcludedFeature_IsReportedAndRaisesNothing()
    {
        _options.Exclude = "card_count_1d";
        var tracker = New(Reference());
        Send(tracker, 2_000);

        Send(tracker, 3_000, shift: 2);

        Assert.Empty(_changes);
        Assert.Equal(0, tracker.DataDriftScore);
        Assert.True(Assert.Single(tracker.Columns(), static column => column.Subject == "card_count_1d") is { IsDrifted: true, IsExcluded: true });
    }

    [Fact]
    public void Add_NoReference_LearnsOneAndFindsDriftAgainstIt()
    {
        var tracker = New(null);

        Send(tracker, 3_999);
        var learning = tracker.Reference;
        Send(tracker, 4_001);
        var quiet = _changes.Count;
        Send(tracker, 3_000, shift: 2);

        Assert.Null(learning);
        Assert.Equal(("learned", 4_000L), (tracker.Reference!.Origin, tracker.Reference.Rows));
        Assert.Equal(0, quiet);
        Assert.Contains(_changes, static change => change is { IsRaised: true, Subject: "card_count_1d" });
    }

    [Fact]
    public void Add_OnlyNights_AreHeldAgainstNights()
    {
        // What a night looks like differs as much as can be, and a window of nights alone is no drift.
        var tracker = New(Reference(nightsDiffer: true));

        for (var i = 0; i < 6_000; i++)
        {
            Next(i % 2 * DayMs, night: true, nightsDiffer: true);
            tracker.Add([_payment.Amount, Second(0, true)], 0.5f, _payment);
        }

        Assert.Empty(_changes);
        Assert.True(tracker.IsWatching);
    }

    [Fact]
    public void Add_ManyPayments_AllocatesNothingForEach()
    {
        var tracker = New(Reference());
        Send(tracker, 3_000);
        Next(0, night: false);
        var row = new[] { _payment.Amount, 1f };

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            tracker.Add(row, 0.5f, _payment);
        }

        // A look allocates a little; there are forty.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private DriftTracker New(Reference? reference, IHistoryStart? history = null) => new(
        ModelFolder.Manifest(new("amount", InputSource.Profile), new("card_count_1d", InputSource.Profile)) with { Reference = reference },
        _options,
        (_, change) => _changes.Add(change),
        history);

    private Reference Reference(bool nightsDiffer = false)
    {
        var builder = new ReferenceBuilder(["amount", "card_count_1d"]);
        for (var i = 0; i < 12_000; i++)
        {
            var night = nightsDiffer && i % 3 == 0;
            Next(i % 14 * DayMs, night, nightsDiffer: nightsDiffer);
            builder.Add([_payment.Amount, Second(0, night && nightsDiffer)], 0.5f, _payment);
        }

        return builder.Build();
    }

    private void Send(DriftTracker tracker, int count, double onlineTimes = 1, string? newSource = null, int shift = 0)
    {
        for (var i = 0; i < count; i++)
        {
            Next(i % 14 * DayMs, night: false, onlineTimes);
            if (newSource is not null && i % 10 == 0)
            {
                _payment.Source = ShortText.From(newSource);
            }

            tracker.Add([_payment.Amount, Second(shift, night: false)], 0.5f, _payment);
        }
    }

    private float Second(int shift, bool night) => _random.Next(10) + shift + (night ? 50 : 0);

    private void Next(long day, bool night, double onlineTimes = 1, bool nightsDiffer = false)
    {
        var isOnline = _random.Next(3) == 0;
        var amount = (1 + _random.NextDouble()) * 5_000 * (isOnline ? onlineTimes : 1) * (night && nightsDiffer ? 20 : 1);
        _payment.Source.TrySet(isOnline ? "online"u8 : "pos"u8);
        _payment.AmountMinor = (long)amount;
        _payment.EventTimeMs = (14 * DayMs) + day + ((night ? 1 : 13) * 3_600_000L);
    }

    private sealed class History : IHistoryStart
    {
        public long? FromMs { get; set; }

        public TimeSpan ReachOf(string feature) => feature == "amount" ? TimeSpan.Zero : TimeSpan.FromDays(1);
    }
}
