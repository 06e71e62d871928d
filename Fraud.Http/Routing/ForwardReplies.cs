using Akka.Actor;
using Fraud.Stream.Shards;

namespace Fraud.Http.Routing;

/// <summary>
/// This node's address for answers of other nodes. One actor for all: which message and attempt an answer is about is in its bytes, which
/// costs eight bytes a message where an actor for each would cost a microsecond and a kilobyte.
/// </summary>
internal sealed class ForwardReplies : ReceiveActor
{
    public ForwardReplies(ShardSenders senders) => Receive<PaymentsScored>(scored => senders.Answered(scored.Answers));
}
