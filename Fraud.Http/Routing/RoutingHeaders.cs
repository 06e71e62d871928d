namespace Fraud.Http.Routing;

/// <summary>Headers that tell a caller who scored.</summary>
internal static class RoutingHeaders
{
    /// <summary>In an answer: the node that scored the payment. For a batch: the node that put the answer together.</summary>
    public const string Node = "X-Fraud-Node";

    /// <summary>In an answer: the node that took the payment in, when another one scored it.</summary>
    public const string ForwardedBy = "X-Fraud-Forwarded-By";
}
