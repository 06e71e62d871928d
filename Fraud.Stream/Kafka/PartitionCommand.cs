namespace Fraud.Stream.Kafka;

/// <summary>What a caller asks of the consumer's thread.</summary>
internal abstract record PartitionCommand
{
    private readonly TaskCompletionSource<AssignReply> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AssignReply> Done => _done.Task;

    public void Reply(AssignReply reply) => _done.TrySetResult(reply);
}

internal sealed record AssignPartition(int Partition, long Generation, long Offset) : PartitionCommand;

internal sealed record UnassignPartition(int Partition, long Generation) : PartitionCommand;
