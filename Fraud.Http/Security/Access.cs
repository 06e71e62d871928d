namespace Fraud.Http.Security;

/// <summary>What a caller must hold to use an address. A higher one does not contain the lower ones.</summary>
internal enum Access
{
    /// <summary>Nothing: for load balancers, and pages without data.</summary>
    Open,

    /// <summary>Ask for scores.</summary>
    Score,

    /// <summary>Read payments and alerts, decide on them, bring labels.</summary>
    Analyst,

    /// <summary>One of the two before: figures about the service and its model, none about cards or payments.</summary>
    ScoreOrAnalyst,

    /// <summary>Read the metrics.</summary>
    Metrics,

    /// <summary>Change models, keys and the service itself.</summary>
    Admin,
}
