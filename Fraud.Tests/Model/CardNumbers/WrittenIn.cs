namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// The fields of a payment in which a text comes. Ids are short and in one line, a note is a person's or a program's free text.
/// </summary>
[Flags]
internal enum WrittenIn
{
    Card = 1,
    Customer = 2,
    Transaction = 4,
    Terminal = 8,
    Note = 16,
    AnyId = Card | Customer | Transaction | Terminal,
    Anywhere = AnyId | Note,
}

/// <summary>What the fields hold at most.</summary>
internal static class FieldLimits
{
    public const int IdBytes = 63;
    public const int NoteCharacters = 2_000;
}
