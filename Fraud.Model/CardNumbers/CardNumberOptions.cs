using System.ComponentModel.DataAnnotations;

namespace Fraud.Model.CardNumbers;

/// <summary>What becomes of card numbers in what comes in. Config section "CardNumbers".</summary>
/// <remarks>
/// A token and a part of the same number are never kept together. Identifiers (card, customer, payment, terminal) are refused, or
/// hold a token of the whole identifier; texts (source, notes, audit entries, dead letters) hold asterisks for all digits of a
/// number. No first six or last four digits are kept anywhere.
/// </remarks>
public sealed class CardNumberOptions : IValidatableObject
{
    public const string Section = "CardNumbers";

    /// <summary>For card_id and customer_id: Refuse (default), Tokenize or Allow.</summary>
    // Senders have a token of the card; one that sends its number by mistake must hear of it.
    [EnumDataType(typeof(CardNumberPolicy))]
    [DeniedValues(CardNumberPolicy.Mask, ErrorMessage = "CardIds: expected Refuse, Tokenize or Allow: two masked cards would be one")]
    public CardNumberPolicy CardIds { get; set; } = CardNumberPolicy.Refuse;

    /// <summary>For transaction_id and terminal_id: Tokenize (default), Refuse or Allow.</summary>
    // One number in ten has a valid check digit: refusing would lose ordinary payments.
    [EnumDataType(typeof(CardNumberPolicy))]
    [DeniedValues(CardNumberPolicy.Mask, ErrorMessage = "OtherIds: expected Tokenize, Refuse or Allow: two masked payments would be one")]
    public CardNumberPolicy OtherIds { get; set; } = CardNumberPolicy.Tokenize;

    /// <summary>For texts, such as source, notes, audit entries and dead letters: Mask (default), Refuse or Allow.</summary>
    [EnumDataType(typeof(CardNumberPolicy))]
    [DeniedValues(CardNumberPolicy.Tokenize, ErrorMessage = "Texts: expected Mask, Refuse or Allow: a token is for identifiers")]
    public CardNumberPolicy Texts { get; set; } = CardNumberPolicy.Mask;

    /// <summary>
    /// Key of the tokens: at least 32 random bytes in base64 or hexadecimal digits, such as from "openssl rand -base64 32". The
    /// same on all nodes. From the environment, not from a file of settings; or use <see cref="TokenKeyFile"/>.
    /// </summary>
    public string TokenKey { get; set; } = "";

    /// <summary>File that holds the key and nothing else.</summary>
    public string TokenKeyFile { get; set; } = "";

    /// <summary>Whether an identifier may be replaced by a token, which takes a key.</summary>
    public bool UsesTokens => CardIds != CardNumberPolicy.Allow || OtherIds != CardNumberPolicy.Allow;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TokenKey.Length > 0 && TokenKeyFile.Length > 0)
        {
            yield return new ValidationResult(
                $"{nameof(TokenKey)}, {nameof(TokenKeyFile)}: expected one of them", [nameof(TokenKey), nameof(TokenKeyFile)]);
        }
        else if (TokenKey.Length > 0 && !CardTokenKey.TryParse(TokenKey, out _, out var error))
        {
            yield return new ValidationResult($"{nameof(TokenKey)}: {error}", [nameof(TokenKey)]);
        }
    }
}
