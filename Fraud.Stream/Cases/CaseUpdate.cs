using Fraud.Model;

namespace Fraud.Stream.Cases;

/// <summary>What somebody decides about a flagged payment.</summary>
/// <param name="Actor">Who decides.</param>
/// <param name="Expected">Versions that the decision was made upon; null for any.</param>
public sealed record CaseUpdate(
    ShortText TransactionId, CaseStatus To, string? Note, string Actor, IReadOnlyCollection<long>? Expected = null);

/// <summary>What became of a <see cref="CaseUpdate"/>.</summary>
/// <param name="From">Status before.</param>
/// <param name="Version">Version now; 0 for a case that nobody ever changed.</param>
public readonly record struct CaseResult(CaseOutcome Outcome, CaseStatus From = default, long Version = 0);

public enum CaseOutcome
{
    /// <summary>Status, record of it and label are stored.</summary>
    Changed,

    /// <summary>It had this status already, and there is no note: nothing was written.</summary>
    Unchanged,

    /// <summary>No flagged payment has this id.</summary>
    NotFound,

    /// <summary>Somebody else changed it since: nothing was written.</summary>
    Conflict,
}

/// <summary>A change of a case: who, when, from what to what, and why.</summary>
/// <param name="Version">The case's version that it made; from 1, no gaps.</param>
/// <param name="AtMs">Milliseconds since 1970 UTC.</param>
public sealed record CaseEvent(long Version, long AtMs, string Actor, CaseStatus From, CaseStatus To, string? Note);
