namespace Fraud.Model.CardNumbers;

/// <summary>What becomes of a card number in a field.</summary>
public enum CardNumberPolicy
{
    /// <summary>
    /// What is a card number of the usual length and nothing else but signs is refused; the error names the field, never the value. Anything else that may hold one becomes a token: an ordinary payment is not lost for its id.
    /// </summary>
    Refuse,

    /// <summary>The whole identifier is replaced by a keyed token that is always the same: repeats are still recognised.</summary>
    Tokenize,

    /// <summary>The number's digits become asterisks. Two numbers become alike, so it is for texts only.</summary>
    Mask,

    /// <summary>The number is kept as it came. The store then falls under PCI DSS.</summary>
    Allow,
}
