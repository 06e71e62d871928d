using Fraud.Model;
using Fraud.Model.Decoding;

namespace Fraud.Http.Cases;

/// <summary>Card identifiers as lists and streams show them: enough to tell two apart, too little to use.</summary>
internal static class CardMask
{
    private const string Hidden = "****";

    /// <summary>The last four characters of a long identifier; nothing of a short one.</summary>
    public static string Of(string cardId) => cardId.Length switch
    {
        0 => "",
        < 12 => Hidden,
        _ => Hidden + cardId[^4..],
    };

    /// <summary>A token as it is; a card number never.</summary>
    public static string OfNumbers(string cardId) =>
        ShortText.From(cardId) is var text && FieldReaders.LooksLikeCardNumber(text.Utf8) ? Of(cardId) : cardId;
}
