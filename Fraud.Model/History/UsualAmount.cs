namespace Fraud.Model.History;

/// <summary>
/// What a card usually pays, from its payments before this one: the mean and spread of its amounts without those far
/// above it, so that a run of inflated amounts does not become the usual.
/// </summary>
internal readonly struct UsualAmount
{
    /// <summary>Window that it is taken from.</summary>
    public const int Days = 30;

    /// <summary>Most buckets looked at, the newest: a card of four payments a day fills them in 30 days.</summary>
    public const int MostMoments = 128;

    // A handful of equal amounts has no spread, and then a cent more would be infinitely far off.
    private const double LeastSpread = 0.1;

    private UsualAmount(double mean, double spread) => (Mean, Spread) = (mean, spread);

    /// <summary>In units of the payment's currency; 0 when nothing was paid before.</summary>
    public double Mean { get; }

    public double Spread { get; }

    public static UsualAmount Of(ReadOnlySpan<Moment> moments, int minorUnits)
    {
        double mean = 0, spread = 0, cut = double.MaxValue;
        // Each pass leaves out what lies far above the mean of the pass before. The first mean holds all the large
        // ones and is cut closer; amounts that scatter by half their mean reach 2.5 times of it once in 700.
        for (var pass = 0; pass < 3; pass++)
        {
            double sum = 0, squares = 0;
            var count = 0;
            foreach (ref readonly var moment in moments)
            {
                var amount = moment.Average(minorUnits);
                if (amount <= cut)
                {
                    sum += amount * moment.Count;
                    squares += amount * amount * moment.Count;
                    count += moment.Count;
                }
            }

            if (count == 0)
            {
                return default;
            }

            mean = sum / count;
            spread = Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean)));
            cut = (pass == 0 ? 2 : 2.5) * mean;
        }

        return new UsualAmount(mean, Math.Max(spread, LeastSpread * mean));
    }
}
