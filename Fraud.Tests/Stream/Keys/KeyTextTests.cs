using Fraud.Stream.Keys;

namespace Fraud.Tests.Stream.Keys;

public sealed class KeyTextTests
{
    [Fact]
    public void Create_Twice_GivesOtherKeysOfTheStatedShape()
    {
        var (id, text) = KeyText.Create();

        Assert.Matches("^fraud_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$", text);
        Assert.Equal(id, KeyText.IdOf(text).ToString());
        Assert.NotEqual(text, KeyText.Create().Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fraud_")]
    [InlineData("fraud_0123456789ab")]
    [InlineData("fraud_0123456789abXsecret")]
    [InlineData("FRAUD_0123456789ab_secret")]
    public void IdOf_NoKeyOfOurs_IsEmpty(string text) => Assert.True(KeyText.IdOf(text).IsEmpty);

    [Fact]
    public void Hash_KnownText_IsSha256() => Assert.Equal(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(KeyText.Hash("abc")));

    [Fact]
    public void Hash_LongestTextOfWideCharacters_Fits() =>
        Assert.Equal(KeyText.HashBytes, KeyText.Hash(new string('€', KeyText.MaxLength)).Length);
}
