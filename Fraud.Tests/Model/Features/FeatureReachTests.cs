using Fraud.Model.Features;

namespace Fraud.Tests.Model.Features;

public sealed class FeatureReachTests
{
    [Theory]
    [InlineData("amount", 0)]
    [InlineData("is_night", 0)]
    [InlineData("V14", 0)]
    [InlineData("card_count_1h", 1.0 / 24)]
    [InlineData("card_count_7d", 7)]
    [InlineData("card_average_7d_to_30d", 30)]
    [InlineData("card_seconds_since_previous", 30)]
    [InlineData("card_known_frauds_7d", 14)]
    [InlineData("terminal_count_1d", 8)]
    [InlineData("terminal_known_frauds_21d", 28)]
    [InlineData("terminal_fraud_streak_days", 37)]
    public void Of_Feature_IsItsLongestWindowAndTheDelayOfWhatIsKnown(string feature, double days) =>
        Assert.Equal(TimeSpan.FromDays(days), FeatureReach.Of(feature, TimeSpan.FromDays(7)));
}
