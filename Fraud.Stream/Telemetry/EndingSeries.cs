using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Fraud.Stream.Telemetry;

/// <summary>
/// Values by tags of which some come and go, such as those of the shards that a node happens to own. Collectors keep the
/// last value of whatever they have ever seen, so a series that has ended is said to be NaN, which no value of ours is:
/// <c>/metrics</c> then leaves it out. Thread-safe.
/// </summary>
internal sealed class EndingSeries(Func<IEnumerable<Measurement<double>>> values)
{
    // What a collector itself keeps of one instrument at most; further series are not ended.
    private const int Most = 2_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KeyValuePair<string, object?>[]> _seen = new(StringComparer.Ordinal);

    public IEnumerable<Measurement<double>> Read()
    {
        var now = values().ToList();
        lock (_gate)
        {
            var ended = new Dictionary<string, KeyValuePair<string, object?>[]>(_seen, StringComparer.Ordinal);
            foreach (var value in now)
            {
                var key = KeyOf(value.Tags);
                ended.Remove(key);
                if (_seen.Count < Most)
                {
                    _seen.TryAdd(key, value.Tags.ToArray());
                }
            }

            // Each time anew: several may collect, and each has to hear of it.
            now.AddRange(ended.Values.Select(static tags => new Measurement<double>(double.NaN, tags)));
        }

        return now;
    }

    private static string KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            key.Append(name).Append('\0').Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append('\0');
        }

        return key.ToString();
    }
}
