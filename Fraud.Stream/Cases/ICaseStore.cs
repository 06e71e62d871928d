using Fraud.Stream.Storage;

namespace Fraud.Stream.Cases;

/// <summary>Flagged payments and what people decided about them. Part of the same database as the results.</summary>
/// <remarks>
/// The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may
/// succeed later or took longer than <see cref="StorageOptions.ReadTimeout"/>. Reads have
/// <see cref="StorageOptions.ReadConnections"/> connections of their own and hold up no commit.
/// </remarks>
public interface ICaseStore
{
    IReadOnlyList<FlaggedPayment> List(FlaggedQuery query);

    /// <summary>Any stored payment, approved ones too; null when none has this id.</summary>
    FlaggedPayment? Find(string transactionId);

    /// <summary>Any stored payment, approved ones too; null when none has this id.</summary>
    ScoredPayment? FindScored(string transactionId);

    /// <summary>What was done about a payment, latest first.</summary>
    IReadOnlyList<CaseEvent> Events(string transactionId, int limit);

    /// <summary>
    /// Changes a case in one transaction with the record of it and, when the status turns to one that says whether it was
    /// a fraud, its label, which is merged as <see cref="IFraudStore.CommitLabels(string, int, long, IReadOnlyList{Model.Label})"/> does.
    /// A status that takes such a one back withdraws the label, unless others said the same; what others had said before
    /// the decision is known again.
    /// </summary>
    CaseResult Change(CaseUpdate update);

    /// <summary>Flagged payments written after a position, by all nodes, in order and without gaps.</summary>
    AlertPage ReadAlerts(long after, int limit);

    /// <summary>Where <see cref="ReadAlerts"/> ends now.</summary>
    long AlertHead();
}
