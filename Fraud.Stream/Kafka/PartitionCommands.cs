using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Fraud.Stream.Kafka;

/// <summary>
/// Commands on their way to the consumer's thread, in the order in which they were given. A caller waits while there is no room.
/// </summary>
/// <param name="wake">Called when there is one to read.</param>
internal sealed class PartitionCommands(int capacity, Action wake)
{
    private readonly Channel<PartitionCommand> _channel = Channel.CreateBounded<PartitionCommand>(
        new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Hands a command over and waits until it was followed.</summary>
    public async Task<AssignReply> SendAsync(PartitionCommand command)
    {
        try
        {
            await _channel.Writer.WriteAsync(command);
        }
        catch (ChannelClosedException)
        {
            return AssignReply.Ended;
        }

        wake();
        return await command.Done;
    }

    public bool TryRead([NotNullWhen(true)] out PartitionCommand? command) => _channel.Reader.TryRead(out command);

    /// <summary>Those that are left, and all that come, are told that it has ended.</summary>
    public void Complete()
    {
        _channel.Writer.TryComplete();
        while (TryRead(out var command))
        {
            command.Reply(AssignReply.Ended);
        }
    }
}
