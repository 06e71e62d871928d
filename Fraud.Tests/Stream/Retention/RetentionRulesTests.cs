using Fraud.Model.History;
using Fraud.Stream.Drift;
using Fraud.Stream.Retention;
using Fraud.Stream.Retraining;

namespace Fraud.Tests.Stream.Retention;

public sealed class RetentionRulesTests
{
    [Theory]
    [InlineData("00:00:00", null)]
    [InlineData("126.00:00:00", null)]
    [InlineData("125.23:59:59", "at least 126.00:00:00, because Retraining reads payments of the last 82 days and their histories reach 44 days further back")]
    public void Mistake_AgeOfPayments_NamesWhatNeedsThemLonger(string age, string? mistake)
    {
        var found = RetentionRules.Mistake(new RetentionOptions { Payments = TimeSpan.Parse(age, null) }, new ProfileOptions(), new RetrainingOptions(), new DriftOptions());

        if (mistake is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(mistake, found, StringComparison.Ordinal);
        }
    }

    /// <summary>The window of a retraining that begins in the last moment of a day is one day further back.</summary>
    [Fact]
    public void Mistake_LongestWindow_IsWithinTheAgeAtAnyTimeOfDay()
    {
        var (profile, retraining) = (new ProfileOptions { LabelDelay = TimeSpan.FromHours(170) }, new RetrainingOptions { TrainDays = 10, GateDays = 3 });
        var age = TimeSpan.FromDays(1);
        while (RetentionRules.Mistake(new RetentionOptions { Payments = age }, profile, retraining, new DriftOptions()) is not null)
        {
            age += TimeSpan.FromHours(1);
        }

        for (var hour = 0; hour < 48; hour++)
        {
            var now = DateTimeOffset.UnixEpoch.AddDays(18_000).AddHours(hour);
            var first = new DateTimeOffset(TrainingWindow.At(now, profile.LabelDelay, retraining).TrainFrom.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            Assert.InRange(now - first + profile.Reach, TimeSpan.Zero, age);
        }
    }

    [Fact]
    public void Mistake_QualityIsJudgedLater_NamesDrift() => Assert.Contains(
        "Drift judges payments only when they are so old",
        RetentionRules.Mistake(
            new RetentionOptions { Payments = TimeSpan.FromDays(200) }, new ProfileOptions(), new RetrainingOptions(), new DriftOptions { LabelDelay = TimeSpan.FromDays(200) }),
        StringComparison.Ordinal);
}
