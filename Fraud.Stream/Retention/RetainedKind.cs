namespace Fraud.Stream.Retention;

/// <summary>What leaves the store by age, in the order in which a pass removes it.</summary>
/// <remarks>Payments are among the last: their months wait for locks, and nothing else has to wait for them.</remarks>
public enum RetainedKind
{
    WebhookEvents,
    Audit,

    /// <summary>Labels of payments that are over age, whether these are stored or not. One that waits for its payment has no time and stays.</summary>
    Labels,

    /// <summary>The label journal up to the first entry that is not over age, and no further than all stored histories contain it.</summary>
    LabelChanges,

    /// <summary>Cases with their events.</summary>
    Cases,

    /// <summary>What models that are compared said.</summary>
    Comparisons,

    /// <summary>Rows of payments with their ids, and their alerts that were sent.</summary>
    Payments,

    /// <summary>Payments that are parked because the database refused their rows.</summary>
    RefusedRows,

    /// <summary>Notes of repeats that were taken back, of payments that have left.</summary>
    Repeats,
}
