namespace Fraud.Stream.Shards;

/// <summary>Query: what a node knows of itself. The reply is <see cref="NodeDescribed"/>.</summary>
public sealed record DescribeNode : INodeMessage
{
    public static DescribeNode Instance { get; } = new();
}

/// <summary>Reply: what a node knows of itself, as its cluster page encodes it.</summary>
public sealed record NodeDescribed(ReadOnlyMemory<byte> View) : INodeMessage;
