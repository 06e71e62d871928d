using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>Log messages of routing. None carries a card, a payment or a secret.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(300, LogLevel.Warning, "Node {Address} does not answer: {Reason}. Payments of its shards are refused until it or another node does")]
    public static partial void NodeAway(ILogger log, string address, string reason);

    [LoggerMessage(301, LogLevel.Information, "Node {Address} answers")]
    public static partial void NodeAnswers(ILogger log, string address);

    [LoggerMessage(302, LogLevel.Error, "Node {Address} refuses this one with status {Status}: expected the same Cluster:Secret on all nodes, and an address of one node only")]
    public static partial void NodeRefuses(ILogger log, string address, int status);

    [LoggerMessage(303, LogLevel.Error, "Sending payments to node {Address} failed")]
    public static partial void SendFailed(ILogger log, string address, Exception error);
}
