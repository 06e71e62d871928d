namespace Fraud.Http.Routing;

/// <summary>Headers between nodes, and those that tell a caller who scored.</summary>
internal static class RoutingHeaders
{
    /// <summary>In an answer: the node that scored the payment. For a batch: the node that put the answer together.</summary>
    public const string Node = "X-Fraud-Node";

    /// <summary>In an answer: the node that took the payment in, when another one scored it.</summary>
    public const string ForwardedBy = "X-Fraud-Forwarded-By";

    /// <summary>
    /// In a request of a node: which of its payments are traced, as INDEX=TRACEPARENT with commas between them. A node
    /// that does not know it passes it over.
    /// </summary>
    public const string Traces = "X-Fraud-Traces";

    /// <summary>In a request of a node: its name.</summary>
    public const string Origin = "X-Fraud-Origin";

    /// <summary>In a request of a node: how many nodes sent the payments on, itself included. More than one is a loop.</summary>
    public const string Hops = "X-Fraud-Hops";

    /// <summary>In a request of a node: <c>Cluster:Secret</c>.</summary>
    public const string Secret = "X-Fraud-Secret";
}
