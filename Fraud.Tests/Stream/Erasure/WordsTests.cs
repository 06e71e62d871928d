using Fraud.Stream.Erasure;

namespace Fraud.Tests.Stream.Erasure;

public sealed class WordsTests
{
    [Theory]
    [InlineData("c-17", "X")]
    [InlineData("c-17 called; c-17, (c-17) \"c-17\"", "X called; X, (X) \"X\"")]
    [InlineData("c-171 xc-17 c-17_ -c-17 éc-17 c-17é", "c-171 xc-17 c-17_ -c-17 éc-17 c-17é")]
    [InlineData("c-17c-17 c-17", "c-17c-17 X")]
    [InlineData("", "")]
    public void Replace_Word_OnlyWhereItStandsAlone(string text, string expected)
    {
        var replaced = Words.Replace(text, "c-17", "X");

        Assert.Equal(expected, replaced);
        Assert.Equal(text == expected, ReferenceEquals(text, replaced));
    }

    [Theory]
    [InlineData("card-17", true)]
    [InlineData("c-17", false)]
    [InlineData("payments", false)]
    [InlineData("tok_abcdef_abcdefgh", true)]
    public void IsDistinctive_Identifier_IsLongOrHasADigit(string id, bool expected) => Assert.Equal(expected, ErasedCard.IsDistinctive(id));
}
