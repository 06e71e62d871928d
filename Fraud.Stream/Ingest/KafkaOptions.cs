using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Ingest;

/// <summary>Where payments and labels come from and alerts go to. Config section "Kafka".</summary>
public sealed class KafkaOptions
{
    public const string Section = "Kafka";

    /// <summary>host:port list. Empty: an in-process broker is started, for trying out and tests.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Further settings of the Kafka client (librdkafka's names), such as security.protocol.</summary>
    public IDictionary<string, string> Client { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether records carry headers, which brokers before 0.11 drop without a word. False: a dead letter is a JSON
    /// object with what the headers would say and the record in base64 (<see cref="Alerts.DeadLetterEnvelope"/>).
    /// Alerts say everything in their value either way.
    /// </summary>
    public bool Headers { get; set; } = true;

    [Required]
    public string TransactionsTopic { get; set; } = "transactions";

    [Required]
    public string LabelsTopic { get; set; } = "fraud_labels";

    [Required]
    public string AlertsTopic { get; set; } = "fraud_alerts";

    [Required]
    public string DeadLetterTopic { get; set; } = "transactions.dead_letter";

    [Required]
    public string GroupId { get; set; } = "fraud-detectors";

    /// <summary>Shards: the partitions of the transactions topic. Must be the topic's real number.</summary>
    // The reference deployment's topic has six.
    [Range(1, 10_000)]
    public int Partitions { get; set; } = 6;

    /// <summary>After this long without a heartbeat the group gives the node's partitions to others.</summary>
    // Kafka's default is 45 s; ten seconds is its old default and quick enough to take over.
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a partition that is taken away may take to finish what was read of it.</summary>
    // Below Kafka's default max.poll.interval.ms of five minutes, above many commits.
    [Range(typeof(TimeSpan), "00:00:00.100", "00:04:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often offsets that the store holds are told to Kafka, for lag tools. Not used for restarting.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>First and longest wait before a consumer that failed is made anew.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RestartMin { get; set; } = TimeSpan.FromMilliseconds(200);

    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RestartMax { get; set; } = TimeSpan.FromSeconds(10);
}
