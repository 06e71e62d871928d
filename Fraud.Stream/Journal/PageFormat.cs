namespace Fraud.Stream.Journal;

/// <summary>
/// What the bytes of a page are; docs/decisions/0014 has it in words, for who reads pages without this code.
/// <code>
/// page     version (1 byte), stored at (ms since 1970, unsigned), sections, CRC-32C
/// section  tag (unsigned), length (unsigned), bytes; in the order of their tags, each once, none of them empty
/// column   of a section: entries of (payments passed over, length, bytes), only for the payments that have something there
/// </code>
/// Numbers are seven bits a byte, lowest first; signed ones zigzag. What is new gets a tag of its own: a reader passes over an even one
/// that it does not know, and refuses the page over an odd one, without which it would get payments wrong.
/// </summary>
internal static class PageFormat
{
    /// <summary>Written before: transaction, card, terminal, amount and time of each payment, and no sections.</summary>
    public const byte First = 1;

    public const byte Version = 2;

    /// <summary>Count, then a row a payment.</summary>
    public const int Payments = 1;

    /// <summary>Which models scored them, by number from 0: name, version, thresholds.</summary>
    public const int Models = 3;

    /// <summary>Column: why payments were flagged.</summary>
    public const int Reasons = 5;

    /// <summary>Column: what the model was given (float32, little-endian), of flagged payments and of a sample.</summary>
    public const int Features = 7;

    /// <summary>Kafka's offset to go on at.</summary>
    public const int NextOffset = 9;

    /// <summary>Count, then a row a record that is no payment.</summary>
    public const int DeadLetters = 11;

    /// <summary>Column: the trace that a payment belongs to, if it is sampled.</summary>
    public const int Traces = 12;

    /// <summary>Count, then a row a payment that is taken back.</summary>
    public const int Retractions = 13;

    /// <summary>Of a row's first byte: the decision.</summary>
    public const byte DecisionBits = 0b0000_0111;

    /// <summary>An offset of Kafka is there.</summary>
    public const byte FromKafka = 0b0000_1000;

    /// <summary>The row ends with the time: it is of a page of the first version, written again.</summary>
    public const byte Bare = 0b0001_0000;

    public const byte KnownBits = DecisionBits | FromKafka | Bare;
}
