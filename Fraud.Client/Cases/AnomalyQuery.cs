using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>What comes first in a list of flagged payments.</summary>
public enum AnomalyOrder
{
    /// <summary>The latest event time.</summary>
    Time,

    /// <summary>The highest score.</summary>
    Score,

    /// <summary>The highest amount in minor units, whatever the currency.</summary>
    Amount,
}

/// <summary>Which flagged payments to list; all of them unless it says otherwise.</summary>
public sealed record AnomalyQuery
{
    /// <summary>How many a page may have; null: the service's default.</summary>
    public int? Limit { get; init; }

    /// <summary>What comes first. Only time has an index: for the others the service reads all that the filters leave.</summary>
    public AnomalyOrder Order { get; init; }

    /// <summary><see cref="FlaggedPaymentPage.NextCursor"/> of the page before, with the same order; null: the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>How many to pass over; new payments shift it, a cursor they do not.</summary>
    public int? Offset { get; init; }

    /// <summary>Least score, 0 to 1.</summary>
    public double? MinScore { get; init; }

    /// <summary>Only those of this status.</summary>
    public CaseStatus? Status { get; init; }

    /// <summary>Earliest event time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>First event time that is too late.</summary>
    public DateTimeOffset? To { get; init; }

    internal Address Address => new Address("api/v1/anomalies")
        .With("limit", Limit)
        .With("sort", Order switch
        {
            AnomalyOrder.Time => null,
            AnomalyOrder.Score => "score",
            AnomalyOrder.Amount => "amount",
            var other => throw new ArgumentOutOfRangeException(nameof(Order), other, "Expected time, score or amount"),
        })
        .With("cursor", Cursor)
        .With("offset", Offset)
        .With("min_score", MinScore)
        .With("status", Status?.ToString().ToUpperInvariant())
        .With("from", From)
        .With("to", To);
}
