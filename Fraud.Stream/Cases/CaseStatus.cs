namespace Fraud.Stream.Cases;

/// <summary>How far people are with a flagged payment. The numbers are stored; never renumber.</summary>
public enum CaseStatus : byte
{
    /// <summary>Nobody has looked at it: no row is kept for it.</summary>
    New = 0,

    /// <summary>Somebody looks, or has looked, at it; nothing is known for sure.</summary>
    Investigated = 1,

    /// <summary>It was a fraud: known as a label, too.</summary>
    Fraud = 2,

    /// <summary>It was none: known as a label, too.</summary>
    Dismissed = 3,
}

/// <summary>The words that people and clients use.</summary>
public static class CaseStatuses
{
    private static readonly string[] Names = ["NEW", "INVESTIGATED", "FRAUD", "DISMISSED"];

    /// <summary>What a request may say.</summary>
    public const string Expected = "one of NEW, INVESTIGATED, FRAUD, DISMISSED";

    public static string Name(this CaseStatus status) => Names[(int)status];

    public static bool TryParse(string? text, out CaseStatus status)
    {
        var index = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        status = (CaseStatus)Math.Max(0, index);
        return index >= 0;
    }

    /// <summary>What the status says about the payment; null when it says nothing.</summary>
    public static bool? IsFraud(this CaseStatus status) => status switch
    {
        CaseStatus.Fraud => true,
        CaseStatus.Dismissed => false,
        _ => null,
    };
}
