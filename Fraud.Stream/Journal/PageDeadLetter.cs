using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Journal;

/// <summary>A record of a page that is no payment.</summary>
/// <param name="KafkaOffset">Where it is in the shard's partition.</param>
/// <param name="ArrivedAtMs">When it was read, milliseconds since 1970 UTC.</param>
public sealed record PageDeadLetter(long KafkaOffset, long ArrivedAtMs, DeadLetter Letter);
