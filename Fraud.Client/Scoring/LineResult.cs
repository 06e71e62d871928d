namespace Fraud.Client;

/// <summary>The answer to one payment of a stream: either a score, or why there is none.</summary>
public sealed record LineResult
{
    /// <summary>Which payment of the stream it answers, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The payment.</summary>
    public required string TransactionId { get; init; }

    /// <summary>Its score; null when it has none.</summary>
    public Score? Score { get; init; }

    /// <summary>Why it has none.</summary>
    public LineError? Error { get; init; }
}

/// <summary>Why a payment of a stream has no score.</summary>
public sealed record LineError
{
    /// <summary>Status that it would have had on its own.</summary>
    public int Status { get; init; }

    /// <summary>The field that is wrong, where it is one.</summary>
    public string? Field { get; init; }

    /// <summary>What was expected of the field.</summary>
    public string? Expected { get; init; }

    /// <summary>What is wrong.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Seconds after which to send it again; null where that would change nothing.</summary>
    public int? RetryAfter { get; init; }
}
