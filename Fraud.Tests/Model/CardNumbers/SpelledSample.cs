namespace Fraud.Tests.Model.CardNumbers;

/// <summary>A text with a card number in it, or an ordinary one.</summary>
/// <param name="Text">What the field holds.</param>
/// <param name="Name">Of its spelling or of its ordinary kind.</param>
/// <param name="Field">The one field it was made for.</param>
/// <param name="IsCardNumber">Whether a card number was written into it.</param>
/// <param name="Digits">Of the number that was written into it (the first of two); empty for an ordinary text.</param>
/// <param name="MayLookLikeOne">An ordinary text whose kind can by chance hold a valid number.</param>
/// <param name="Form">How the number stands in the text.</param>
internal sealed record SpelledSample(
    string Text,
    string Name,
    WrittenIn Field,
    bool IsCardNumber,
    string Digits,
    bool MayLookLikeOne,
    SpellingForm Form);
