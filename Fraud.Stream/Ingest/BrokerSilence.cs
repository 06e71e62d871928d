using Confluent.Kafka;

namespace Fraud.Stream.Ingest;

/// <summary>
/// Notices a Kafka client that lost all its brokers and does not look for them any more. One that does look has errors to tell while
/// they are away, and records once they are back.
/// </summary>
/// <remarks>
/// A broker that has just started may name no brokers in its first answer; librdkafka 2.13 to 2.16 then forgets all of its own and connects to
/// none any more (its issue 5301): it is polled, says nothing, and reads nothing for good. A client that came back to a topic without
/// records is replaced as well, once, which costs nothing.
/// For the thread that polls, which calls the client's handlers too.
/// </remarks>
internal sealed class BrokerSilence(TimeProvider time)
{
    /// <summary>Above the longest pause between two attempts to connect, which is ten seconds (reconnect.backoff.max.ms).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private long? _since;

    /// <summary>The client told an error.</summary>
    public void Told(Error error)
    {
        if (_since is not null || error.Code == ErrorCode.Local_AllBrokersDown)
        {
            _since = time.GetTimestamp();
        }
    }

    /// <summary>The client was polled.</summary>
    /// <param name="hasRecord">It gave a record.</param>
    /// <exception cref="KafkaException">It is to be replaced.</exception>
    public void Polled(bool hasRecord)
    {
        if (hasRecord)
        {
            _since = null;
        }
        else if (_since is { } since && time.GetElapsedTime(since) >= Longest)
        {
            throw new KafkaException(new Error(
                ErrorCode.Local_AllBrokersDown, $"All brokers were down, and the client has told nothing since, for {Longest.TotalSeconds:0} s"));
        }
    }
}
