namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>What a column of the store holds, and so how card numbers in it are found and replaced.</summary>
internal enum ColumnContent
{
    /// <summary>A column that this program does not know: looked at as text, never changed.</summary>
    Unknown,

    /// <summary>Identifier of a payment. Payments have tokens of their own where two would get the same.</summary>
    Payment,

    /// <summary>Identifier of a card.</summary>
    Card,

    /// <summary>Any other identifier: terminal, event, name.</summary>
    Identifier,

    Text,

    /// <summary>JSON whose strings are texts. Its numbers, such as measurements, are no card numbers.</summary>
    Json,

    /// <summary>"alert-" and a payment, or the place of a record.</summary>
    OutboxSource,

    /// <summary>The card of an alert, or the key of a record as it came.</summary>
    OutboxKey,

    /// <summary>An alert's JSON, or a record as it came.</summary>
    OutboxValue,

    /// <summary>JSON: the alert's identifier, or where a record came from and why it is there.</summary>
    OutboxHeaders,

    /// <summary>A page of a shard's journal.</summary>
    JournalPage,

    /// <summary>Histories of terminals, each behind its identifier.</summary>
    Terminals,

    /// <summary>Histories and features: counts, amounts and times.</summary>
    Numbers,

    /// <summary>Hashes, and numbers that the program drew.</summary>
    Digest,

    /// <summary>Files of models, whose layout is not the store's.</summary>
    ModelFile,

    /// <summary>Events of shards: times, and names of nodes.</summary>
    ShardEvents,
}
