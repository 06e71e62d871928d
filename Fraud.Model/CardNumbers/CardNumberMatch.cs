namespace Fraud.Model.CardNumbers;

/// <summary>Where a card number stands in a text.</summary>
/// <param name="Start">Place of its first digit, in bytes or chars of the text.</param>
/// <param name="Length">From its first to its last digit, with all that stands between.</param>
/// <param name="Digits">13 to 19.</param>
public readonly record struct CardNumberMatch(int Start, int Length, int Digits)
{
    /// <summary>Place behind the last digit.</summary>
    public int End => Start + Length;
}
