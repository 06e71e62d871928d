using System.Text;

namespace Fraud.Benchmarks.Load;

/// <summary>The model versions in the answers of one connection, in the order in which they came. One thread at a time.</summary>
internal sealed class VersionRuns
{
    private readonly List<VersionRun> _runs = [];

    public IReadOnlyList<VersionRun> Runs => _runs;

    /// <param name="answer">All bytes of an accepted answer; one without a version is passed over.</param>
    /// <param name="at">When it came, after the start.</param>
    public void Add(ReadOnlySpan<byte> answer, TimeSpan at)
    {
        var field = "\"model_version\":\""u8;
        if (answer.IndexOf(field) is not (>= 0 and var found))
        {
            return;
        }

        var rest = answer[(found + field.Length)..];
        var version = rest[..Math.Max(0, rest.IndexOf((byte)'"'))];
        if (_runs is not [.., var last] || !version.SequenceEqual(last.Utf8))
        {
            last = new VersionRun(version.ToArray(), at);
            _runs.Add(last);
        }

        last.Answers++;
        last.Last = at;
    }
}

/// <summary>Answers of one version in a row.</summary>
internal sealed class VersionRun(byte[] utf8, TimeSpan first)
{
    public ReadOnlySpan<byte> Utf8 => utf8;

    public string Version => Encoding.UTF8.GetString(utf8);

    public TimeSpan First => first;

    public TimeSpan Last { get; set; }

    public long Answers { get; set; }
}

/// <summary>Which model version answered when.</summary>
/// <param name="MostChanges">How often the version changed on the connection where it changed most.</param>
/// <param name="FewestChanges">And where least. Each connection sees its answers in order: versions that swing back and forth change more often than they were told to.</param>
/// <param name="Steps">One after the other, over all connections; empty when connections saw different orders.</param>
public sealed record LoadVersions(int MostChanges, int FewestChanges, IReadOnlyList<LoadVersionStep> Steps)
{
    internal static LoadVersions Of(IEnumerable<VersionRuns> connections, DateTimeOffset start)
    {
        var seen = connections.Select(static connection => connection.Runs).Where(static runs => runs.Count > 0).ToList();
        if (seen.Count == 0)
        {
            return new LoadVersions(0, 0, []);
        }

        var order = seen[0].Select(static run => run.Version).ToList();
        var agree = seen.TrueForAll(runs => runs.Select(static run => run.Version).SequenceEqual(order));
        return new LoadVersions(
            seen.Max(static runs => runs.Count) - 1,
            seen.Min(static runs => runs.Count) - 1,
            !agree ? [] :
            [
                .. order.Select((version, step) => new LoadVersionStep(
                    version,
                    seen.Sum(runs => runs[step].Answers),
                    start + seen.Min(runs => runs[step].First),
                    start + seen.Max(runs => runs[step].Last))),
            ]);
    }
}

/// <param name="First">When the first answer of this version came, on any connection.</param>
/// <param name="Last">And the last.</param>
public sealed record LoadVersionStep(string Version, long Answers, DateTimeOffset First, DateTimeOffset Last);
