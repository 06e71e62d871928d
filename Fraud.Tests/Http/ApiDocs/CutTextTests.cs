using Fraud.Http.ApiDocs;

namespace Fraud.Tests.Http.ApiDocs;

public sealed class CutTextTests
{
    [Theory]
    [InlineData("", 5, "")]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    // Half of a pair is no text.
    [InlineData("123\U0001F600", 5, "123\U0001F600")]
    [InlineData("123\U0001F6005", 5, "123…")]
    [InlineData("12\U0001F60056", 5, "12\U0001F600…")]
    public void Cut_Text_HasAtMostSoManyCharacters(string text, int most, string expected)
    {
        Assert.Equal(expected, text.Cut(most));
        Assert.InRange(text.Cut(most).Length, 0, most);
    }
}
