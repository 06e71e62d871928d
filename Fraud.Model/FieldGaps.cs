namespace Fraud.Model;

/// <summary>What a payment came without, or with besides what is known. Such a payment is scored, with less to go by.</summary>
[Flags]
public enum FieldGaps : byte
{
    None = 0,

    /// <summary>It has no id of its sender's, so a repeat of it is not recognised.</summary>
    TransactionId = 1,

    /// <summary>Neither card nor customer: no history.</summary>
    CardId = 2,

    /// <summary>No terminal: nothing known of its risk.</summary>
    TerminalId = 4,

    Source = 8,

    /// <summary>Taken to be in the default currency.</summary>
    Currency = 16,

    /// <summary>Taken to have happened when it arrived.</summary>
    EventTime = 32,

    /// <summary>It has fields that nobody here knows: a new version of its sender, or a name misspelt.</summary>
    UnknownField = 64,
}
