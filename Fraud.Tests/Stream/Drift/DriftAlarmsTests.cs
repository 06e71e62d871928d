using Fraud.Stream.Drift;
using Fraud.Tests.Stream.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Drift;

public sealed class DriftAlarmsTests : IDisposable
{
    private readonly RecordingLog _log = new();
    private readonly LoggerFactory _loggers = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DriftAlarms _alarms;

    public DriftAlarmsTests()
    {
        _loggers.AddProvider(_log);
        _alarms = new DriftAlarms(_time, _loggers.CreateLogger<DriftAlarms>());
    }

    [Fact]
    public void Apply_RaisedAndCleared_TellsEachChangeOnce()
    {
        var seen = new List<int>();
        using var listening = ChangeToken.OnChange(_alarms.Changes, () => seen.Add(_alarms.Active.Count));

        Apply(raised: true, "amount");
        Apply(raised: true, "score");
        Apply(raised: false, "amount");
        Apply(raised: false, "amount");

        Assert.Equal([1, 2, 1], seen);
        var alarm = Assert.Single(_alarms.Active);
        Assert.Equal(("score", 42L, _time.GetUtcNow()), (alarm.Subject, alarm.AfterPayments, alarm.RaisedAt));
        Assert.Equal(2, _alarms.Raised);
        Assert.Equal((2, 1), (_log.Of(160).Count(), _log.Of(161).Count()));
    }

    [Fact]
    public void Forget_OfAModelThatLeft_TakesBackItsAlarmsWithoutCallingThemOver()
    {
        Apply(raised: true, "amount");
        var token = _alarms.Changes();

        _alarms.Forget(static alarm => alarm.Kind == DriftAlarmKind.Quality);
        var untouched = token.HasChanged;
        _alarms.Forget(static alarm => alarm.Kind == DriftAlarmKind.Feature);

        Assert.False(untouched);
        Assert.True(token.HasChanged);
        Assert.Empty(_alarms.Active);
        Assert.Empty(_log.Of(161));
    }

    [Fact]
    public void Update_ValuesAroundTheLimit_NeitherRaiseTwiceNorFlutter()
    {
        var state = new AlarmState();
        var options = new DriftOptions { Confirm = 2, ClearAt = 0.8 };

        bool[] changed = [.. new[] { 1.1, 0.9, 1.1, 1.2, 1.3, 0.9, 0.95, 0.7, 0.9, 0.7, 0.6, 0.5 }.Select(ratio => state.Update(ratio, options))];

        Assert.Equal([3, 10], Enumerable.Range(0, changed.Length).Where(i => changed[i]));
    }

    public void Dispose()
    {
        _alarms.Dispose();
        _loggers.Dispose();
    }

    private void Apply(bool raised, string subject) => _alarms.Apply(
        new DriftChange(raised, DriftAlarmKind.Feature, subject, "psi", 0.3, 0.1, "detail"), "payments", "1", 42);
}
