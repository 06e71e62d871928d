namespace Fraud.Benchmarks.Measuring;

/// <summary>Lets contestants run in turn: A B A B, after a first round that only warms up.</summary>
public static class Rounds
{
    /// <summary>The samples of each contestant in the order of the rounds, without the warm-up.</summary>
    /// <param name="progress">Told before each run.</param>
    public static async Task<IReadOnlyList<Sample>[]> RunAsync(
        IReadOnlyList<Contestant> contestants,
        BenchmarkOptions options,
        Action<string> progress,
        CancellationToken cancellation)
    {
        var samples = contestants.Select(static _ => new List<Sample>()).ToArray();
        for (var round = 0; round <= options.Rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                progress(round == 0 ? $"{contestants[i].Name}, warm-up" : $"{contestants[i].Name}, round {round} of {options.Rounds}");
                // Nobody pays for what another left behind.
                GC.Collect();
                var sample = await contestants[i].Run(options.Duration, cancellation);
                cancellation.ThrowIfCancellationRequested();
                if (round > 0)
                {
                    samples[i].Add(sample);
                }
            }
        }

        return samples;
    }
}
