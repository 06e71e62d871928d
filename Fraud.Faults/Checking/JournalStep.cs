namespace Fraud.Faults.Checking;

/// <summary>What a shard's histories did at one place of its journal.</summary>
public readonly record struct JournalStep(CheckedPayment Payment, StepKind Kind);

public enum StepKind
{
    /// <summary>It counted a payment, whose row is of this place.</summary>
    First,

    /// <summary>It counted a payment whose row is of another place.</summary>
    Repeat,

    /// <summary>It took such a repeat back.</summary>
    TakenBack,
}
