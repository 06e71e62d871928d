using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Embedded;

/// <summary>Shape of the in-process Kafka cluster.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>
    /// Brokers in the cluster, with ids from 1 up. Default 1; tests of leader changes want 2 or 3.
    /// </summary>
    [Range(1, 16)]
    public int Brokers { get; set; } = 1;

    /// <summary>
    /// Topics made at start, with their number of partitions. Name every topic that will be used:
    /// one that a client asks for unannounced is made on the spot with 4 partitions, librdkafka's default.
    /// </summary>
    public IDictionary<string, int> Topics { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// How long a new consumer group waits for further members before its first assignment.
    /// Default 100 ms; a real Kafka's default is 3 s. Bounds: zero to one minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan GroupRebalanceDelay { get; set; } = TimeSpan.FromMilliseconds(100);
}
