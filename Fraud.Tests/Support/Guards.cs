using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Support;

/// <summary>What keeps card numbers out, by the default settings and the tests' key.</summary>
internal static class Guards
{
    public static CardNumberGuard New() => new(new CardNumberOptions(), CardTokenKey.Parse(TestTokenKey.Hex));

    /// <summary>With other policies for identifiers.</summary>
    public static CardNumberGuard New(CardNumberPolicy cards, CardNumberPolicy others) =>
        new(new CardNumberOptions { CardIds = cards, OtherIds = others }, CardTokenKey.Parse(TestTokenKey.Hex));
}
