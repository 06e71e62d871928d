using Fraud.Model;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>What a walk through the store replaces, and by what.</summary>
internal interface IReplacement
{
    /// <summary>Whether an identifier is replaced.</summary>
    bool Holds(IdentifierKind kind, string id);

    bool Holds(IdentifierKind kind, in ShortText id);

    /// <summary>What such an identifier is called instead.</summary>
    string NameOf(IdentifierKind kind, string id);

    /// <returns>The text without what is replaced; the same instance when nothing is.</returns>
    string Text(string text);

    /// <param name="record">Bytes as a sender wrote them.</param>
    /// <returns>The bytes without what is replaced; the same instance when nothing is.</returns>
    byte[] Record(byte[] record);

    /// <summary>The same for a row whose new names are taken: the payment's changes where the row has one, and its card keeps its name.</summary>
    IReplacement Again(int number, bool isOfPayment);
}

/// <summary>What an identifier is of.</summary>
internal enum IdentifierKind
{
    Payment,
    Card,
    Other,
}
