namespace Fraud.Faults.Fuzz;

/// <summary>What the good client saw in a whole run.</summary>
/// <param name="Parts">By the name of the part of the run.</param>
/// <param name="Mistakes">What was not as it must be; the first few.</param>
/// <param name="AreStandstillsWatched">See <see cref="Standstills.AreWatched"/>.</param>
internal sealed record GoodClientResult(Dictionary<string, GoodClientLog> Parts, List<string> Mistakes, bool AreStandstillsWatched)
{
    public GoodClientLog Part(string prefix) => Parts
        .Where(part => part.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Aggregate(GoodClientLog.Empty, static (sum, part) => sum.And(part.Value));
}
