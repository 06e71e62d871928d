using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, -1)]
    [InlineData(2, 3)]
    public void Fit_LabelsDrawnFromALine_FindsIt(double slope, double intercept)
    {
        var random = new Random(1);
        var margins = Enumerable.Range(0, 200_000).Select(_ => (float)((random.NextDouble() * 8) - 4)).ToArray();
        var frauds = margins.Select(margin => random.NextDouble() < 1 / (1 + Math.Exp(-((slope * margin) + intercept)))).ToArray();

        var fitted = Calibration.Fit(margins, i => frauds[i]);

        Assert.InRange(fitted.Slope, slope - 0.05, slope + 0.05);
        Assert.InRange(fitted.Intercept, intercept - 0.05, intercept + 0.05);
        var error = Ranking.CalibrationError(fitted.Apply(margins), i => frauds[i]);
        Assert.InRange(error, 0, 0.01);
    }

    [Fact]
    public void Fit_SeparableMargins_StaysFinite()
    {
        var fitted = Calibration.Fit([-3, -2, 2, 3], static i => i > 1);

        Assert.True(double.IsFinite(fitted.Slope) && fitted.Slope > 0);
    }

    [Theory]
    [InlineData(new[] { 1f, 1f, 1f, 1f })]
    [InlineData(new[] { 3f, 2f, -2f, -3f })]
    public void Fit_MarginsThatRankNothing_LeavesOrderAlone(float[] margins)
    {
        var fitted = Calibration.Fit(margins, static i => i > 1);

        Assert.True(fitted.Slope > 0);
        Assert.All(fitted.Apply(margins), static score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public void CalibrationError_ByHand()
    {
        // Bin 0: mean 0.05, no fraud. Bin 9: mean 0.95, one fraud of two.
        Assert.Equal(
            ((0.05 * 2) + (0.45 * 2)) / 4, Ranking.CalibrationError([0.05f, 0.05f, 0.95f, 0.95f], static i => i == 3), 1e-6);
    }
}
