using System.Runtime.Versioning;
using Fraud.Model.CardNumbers;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.CardNumbers;

[SupportedOSPlatform("linux")]
public sealed class TokenKeySourceTests : IDisposable
{
    private static readonly StorageOptions Shared = new() { Kind = StoreKind.Postgres, Postgres = "Host=db" };
    private readonly TempFolder _folder = new();

    private StorageOptions Alone => new() { SqliteFile = _folder.File("new/fraud.db") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SqliteWithoutKey_MakesAFileOfItsOwnersOnceAndReadsItAgain()
    {
        Assert.Null(TokenKeySource.WhyNone(new CardNumberOptions(), Alone));
        Assert.Null(TokenKeySource.Find(new CardNumberOptions(), Alone));
        var key = TokenKeySource.Read(new CardNumberOptions(), Alone);
        var file = _folder.File("new/" + TokenKeySource.FileName);

        Assert.Equal(key!.Id, TokenKeySource.Read(new CardNumberOptions(), Alone)!.Id);
        Assert.Equal(key.Id, TokenKeySource.Find(new CardNumberOptions(), Alone)!.Id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder.File("new")));
    }

    [Fact]
    public async Task Read_ManyAtOnce_AllHaveTheSameKey()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TokenKeySource.Read(new CardNumberOptions(), Alone)!.Id)));

        Assert.Single(keys.Distinct());
    }

    [Fact]
    public void WhyNone_PostgresWithoutKey_SaysHowToMakeOne()
    {
        Assert.Contains("openssl rand -base64 32", TokenKeySource.WhyNone(new CardNumberOptions(), Shared), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => TokenKeySource.Read(new CardNumberOptions(), Shared));
        Assert.Null(TokenKeySource.WhyNone(new CardNumberOptions { TokenKey = TestTokenKey.Hex }, Shared));
        Assert.Null(TokenKeySource.WhyNone(new CardNumberOptions { CardIds = CardNumberPolicy.Allow, OtherIds = CardNumberPolicy.Allow }, Shared));
    }

    [Theory]
    [InlineData(null, "CardNumbers:TokenKeyFile: expected a file that can be read (FileNotFoundException)")]
    [InlineData("abcdef", "CardNumbers:TokenKeyFile: expected at least 32 bytes, and these are 3")]
    [InlineData("not a key at all!", "CardNumbers:TokenKeyFile: expected base64 or hexadecimal digits")]
    public void WhyNone_FileThatIsNoKey_SaysWhyAndQuotesNothing(string? content, string expected)
    {
        var file = _folder.File("key");
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        Assert.Equal(expected, TokenKeySource.WhyNone(new CardNumberOptions { TokenKeyFile = file }, Shared));
    }

    [Fact]
    public void Read_File_IsTheKeyWhateverStandsAroundIt()
    {
        File.WriteAllText(_folder.File("key"), $"  {TestTokenKey.Hex}\n\n");

        Assert.Equal(
            CardTokenKey.Parse(TestTokenKey.Hex).Id, TokenKeySource.Read(new CardNumberOptions { TokenKeyFile = _folder.File("key") }, Shared)!.Id);
    }
}
