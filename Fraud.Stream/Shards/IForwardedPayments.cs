using Akka.Actor;

namespace Fraud.Stream.Shards;

/// <summary>Scores the payments that another node's front door sent to a shard. The front door has it, which knows the answers.</summary>
public interface IForwardedPayments
{
    /// <summary>
    /// Begins and returns; the reply follows, also when the shard is not open: then it says <c>moved</c> at once. Never blocks and never
    /// throws for what the message contains. From any thread.
    /// </summary>
    /// <param name="replyTo">Who sent the message to the shard.</param>
    void Score(ScorePayments message, IActorRef replyTo);
}
