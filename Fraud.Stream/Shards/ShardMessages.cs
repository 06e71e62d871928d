namespace Fraud.Stream.Shards;

/// <summary>What may leave a node: bound to <see cref="ShardSerializer"/>, which refuses what it does not know.</summary>
public interface INodeMessage;

/// <summary>What a region of shards takes, and routes by.</summary>
public interface IShardMessage : INodeMessage
{
    /// <summary>Partition of the transactions topic, which is entity and shard of Akka as well.</summary>
    int Shard { get; }
}

/// <summary>
/// Command: payments of one shard, for the node that has it open. The reply goes to the sender and is <see cref="PaymentsScored"/>.
/// </summary>
/// <param name="Payments">
/// As the front door encodes them, with the time left for each: clocks of two nodes are not compared. Nobody writes to the bytes
/// after they were sent.
/// </param>
public sealed record ScorePayments(int Shard, ReadOnlyMemory<byte> Payments) : IShardMessage;

/// <summary>
/// Reply: what became of payments, in their order; <c>moved</c> where the shard is not open at the node asked. Answers that do not fit
/// into one message come in several.
/// </summary>
/// <param name="Answers">As the front door encodes them.</param>
public sealed record PaymentsScored(ReadOnlyMemory<byte> Answers) : INodeMessage;
