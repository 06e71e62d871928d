using System.ComponentModel.DataAnnotations;
using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardNumberOptionsTests
{
    private const string Key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void New_Defaults_RefuseCardsReplaceOtherIdsAndMaskTexts()
    {
        var options = new CardNumberOptions();

        Assert.Equal(
            (CardNumberPolicy.Refuse, CardNumberPolicy.Tokenize, CardNumberPolicy.Mask), (options.CardIds, options.OtherIds, options.Texts));
        Assert.True(options.UsesTokens);
        Assert.Empty(Errors(options));
    }

    [Fact]
    public void Validate_PolicyThatAFieldCannotHave_SaysWhichItCan()
    {
        var options = new CardNumberOptions { CardIds = CardNumberPolicy.Mask, OtherIds = CardNumberPolicy.Mask, Texts = CardNumberPolicy.Tokenize };

        Assert.Equal(["CardIds", "OtherIds", "Texts"], Errors(options).Select(static error => error.Split(':')[0]).Order());
    }

    [Fact]
    public void Validate_NoPolicyAtAll_IsRefused() => Assert.Single(Errors(new CardNumberOptions { CardIds = (CardNumberPolicy)9 }));

    [Fact]
    public void Validate_Key_IsReadAndNotQuoted()
    {
        Assert.Empty(Errors(new CardNumberOptions { TokenKey = Key }));
        Assert.Empty(Errors(new CardNumberOptions { TokenKeyFile = "/run/secrets/card-token-key" }));
        Assert.Equal(["TokenKey: expected at least 32 bytes, and these are 16"], Errors(new CardNumberOptions { TokenKey = Key[..32] }));
        Assert.Equal(
            ["TokenKey, TokenKeyFile: expected one of them"], Errors(new CardNumberOptions { TokenKey = Key, TokenKeyFile = "/run/secrets/key" }));
    }

    [Theory]
    [InlineData(CardNumberPolicy.Refuse, CardNumberPolicy.Allow, true)]
    [InlineData(CardNumberPolicy.Allow, CardNumberPolicy.Allow, false)]
    [InlineData(CardNumberPolicy.Tokenize, CardNumberPolicy.Allow, true)]
    [InlineData(CardNumberPolicy.Allow, CardNumberPolicy.Tokenize, true)]
    public void UsesTokens_EitherKindOfId_Does(CardNumberPolicy cards, CardNumberPolicy others, bool expected) =>
        Assert.Equal(expected, new CardNumberOptions { CardIds = cards, OtherIds = others }.UsesTokens);

    private static string[] Errors(CardNumberOptions options)
    {
        var results = new List<ValidationResult>();
        _ = Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(static result => result.ErrorMessage!)];
    }
}
