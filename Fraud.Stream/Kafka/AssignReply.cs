namespace Fraud.Stream.Kafka;

/// <summary>What became of <see cref="KafkaPartitions.AssignAsync"/>.</summary>
public enum AssignReply
{
    /// <summary>The partition is read from the given offset on, as soon as a broker answers.</summary>
    Assigned,

    /// <summary>The partition had this generation or a higher one before: the claim is out of date, and nothing changed.</summary>
    Outdated,

    /// <summary>The source was stopped or failed; nothing is read any more.</summary>
    Ended,
}
