using Fraud.Stream.Drift;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Primitives;

namespace Fraud.Tests.Stream.Retraining;

public sealed class RetrainingTriggersTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly RetrainingOptions Never = new()
    {
        Interval = TimeSpan.Zero,
        MinNewLabels = 0,
        DriftThreshold = 0,
        Cooldown = TimeSpan.FromHours(1),
    };

    [Theory]
    [InlineData(24, 23.9, null)]
    [InlineData(24, 24, "schedule")]
    public void Due_BySchedule_CountsFromTheLastJob(double intervalHours, double agoHours, string? expected)
    {
        var options = With(static options => options.Interval = TimeSpan.FromHours(24));
        Assert.Equal(24, intervalHours);

        var due = RetrainingTriggers.Due(options, Now, Now.AddDays(-30), Finished(agoHours), 0, null);

        Assert.Equal(expected, due?.Split(':')[0]);
    }

    [Fact]
    public void Due_ByScheduleWithoutAnyJob_CountsFromTheStart()
    {
        var options = With(static options => options.Interval = TimeSpan.FromHours(24));

        Assert.Null(RetrainingTriggers.Due(options, Now, Now.AddHours(-23), null, 0, null));
        Assert.NotNull(RetrainingTriggers.Due(options, Now, Now.AddHours(-24), null, 0, null));
    }

    [Fact]
    public void Due_ByLabels_CountsThoseSinceTheLastJob()
    {
        var options = With(static options => options.MinNewLabels = 100);

        Assert.Null(RetrainingTriggers.Due(options, Now, Now, Finished(5, labels: 1_000), 1_099, null));
        Assert.StartsWith("labels: 100 ", RetrainingTriggers.Due(options, Now, Now, Finished(5, labels: 1_000), 1_100, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Due_ByDrift_TakesTheShareOrAQualityAlarm()
    {
        var options = With(static options => options.DriftThreshold = 0.3);

        Assert.Null(RetrainingTriggers.Due(options, Now, Now, null, 0, new Signals(0.29)));
        Assert.StartsWith("drift", RetrainingTriggers.Due(options, Now, Now, null, 0, new Signals(0.3)), StringComparison.Ordinal);
        Assert.Null(RetrainingTriggers.Due(options, Now, Now, null, 0, new Signals(0, DriftAlarmKind.Category)));
        Assert.StartsWith("drift", RetrainingTriggers.Due(options, Now, Now, null, 0, new Signals(0, DriftAlarmKind.Quality)), StringComparison.Ordinal);
        // Of many at once, some have no watch.
        Assert.Null(RetrainingTriggers.Due(options, Now, Now, null, 0, null));
    }

    [Fact]
    public void Due_CoolingDownOrHeld_IsNot()
    {
        var options = With(static options => options.DriftThreshold = 0.3);
        var signals = new Signals(1);

        Assert.Null(RetrainingTriggers.Due(options, Now, Now, Finished(0.9), 0, signals));
        Assert.NotNull(RetrainingTriggers.Due(options, Now, Now, Finished(1.1), 0, signals));
        Assert.Null(RetrainingTriggers.Due(options, Now, Now, Finished(9) with { Job = "job", ExpiresAtMs = Now.AddSeconds(1).ToUnixTimeMilliseconds() }, 0, signals));
        Assert.NotNull(RetrainingTriggers.Due(options, Now, Now, Finished(9) with { Job = "job", ExpiresAtMs = Now.ToUnixTimeMilliseconds() }, 0, signals));
    }

    [Fact]
    public void Window_AtAMoment_LeavesOutWhatIsYoungerThanTheDelay()
    {
        var options = new RetrainingOptions { TrainDays = 10, GateDays = 3 };

        // Noon of May 1st, a delay of seven days: April 24th is not over, so the 23rd is the last day.
        var window = TrainingWindow.At(Now, TimeSpan.FromDays(7), options);

        Assert.Equal(new DateOnly(2026, 4, 24), window.End);
        Assert.Equal(new DateOnly(2026, 4, 21), window.GateFrom);
        Assert.Equal(new DateOnly(2026, 4, 4), window.TrainFrom);
        Assert.Equal(window, window.From(new DateOnly(2026, 4, 1)));
        Assert.Equal((new DateOnly(2026, 4, 8), 6, new DateOnly(2026, 4, 21)), (window.From(new DateOnly(2026, 4, 8)).TrainFrom, window.From(new DateOnly(2026, 4, 8)).TrainDays, window.From(new DateOnly(2026, 4, 8)).GateFrom));
    }

    private static RetrainingOptions With(Action<RetrainingOptions> change)
    {
        var options = new RetrainingOptions { Interval = Never.Interval, DriftThreshold = 0, Cooldown = Never.Cooldown };
        change(options);
        return options;
    }

    private static TrainingLease Finished(double hoursAgo, long labels = 0) =>
        new("payments", "", "", 0, Now.AddHours(-hoursAgo).ToUnixTimeMilliseconds(), labels);

    private sealed class Signals(double score, params DriftAlarmKind[] alarms) : IDriftSignals
    {
        public double DataDriftScore => score;

        public IReadOnlyList<DriftAlarm> Active { get; } =
            [.. alarms.Select(static kind => new DriftAlarm(kind, "recall", "live", 0.1, 0.5, "", "payments", "1", Now, 1))];

        public IChangeToken Changes() => new CancellationChangeToken(CancellationToken.None);
    }
}
