using Fraud.Model;

namespace Fraud.Stream.Cases;

/// <summary>What a decision leads to, given what is stored: the same for every store.</summary>
internal static class CaseRules
{
    /// <summary>What becomes of the update; with the version that it makes when it is to be written.</summary>
    public static CaseResult Against(this CaseUpdate update, CaseStatus status, long version) =>
        update.Expected is { } expected && !expected.Contains(version) ? new CaseResult(CaseOutcome.Conflict, status, version)
        : update.To == status && update.Note is null ? new CaseResult(CaseOutcome.Unchanged, status, version)
        : new CaseResult(CaseOutcome.Changed, status, version + 1);

    /// <summary>
    /// The label that follows; null when the status did not change, so that a later note repeats no label that others
    /// corrected since, or when the status says nothing.
    /// </summary>
    public static Label? LabelAfter(this CaseUpdate update, CaseStatus from) =>
        update.To != from && update.To.IsFraud() is { } isFraud
            ? new Label(update.TransactionId, default, default, 0, isFraud)
            : null;

    /// <summary>Whether a status that said something about the payment is taken back: its label goes with it.</summary>
    public static bool IsWithdrawalFrom(this CaseUpdate update, CaseStatus from) =>
        from.IsFraud() is not null && update.To.IsFraud() is null;
}
