using System.Text;
using Fraud.Http.Idempotency;
using Fraud.Model;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Idempotency;

public class IdempotencyKeyTests
{
    [Theory]
    [InlineData("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"")]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("\"with a space, a comma; and \\\" and \\\\\"")]
    [InlineData(" \"x\" ")]
    public void TryRead_AString_IsTaken(string header) => Assert.True(IdempotencyKey.TryRead(header, "caller", Guards.New(), out _));

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"open")]
    [InlineData("two words")]
    [InlineData("a,b")]
    [InlineData("\"a\";p=1")]
    [InlineData("\"a\\x\"")]
    [InlineData("\"a\\\"")]
    [InlineData("\"é\"")]
    [InlineData("\"a\tb\"")]
    public void TryRead_NoString_IsRefused(string header) => Assert.False(IdempotencyKey.TryRead(header, "caller", Guards.New(), out _));

    [Fact]
    public void TryRead_LongOrSeveral_IsRefused()
    {
        Assert.True(IdempotencyKey.TryRead(new string('x', 255), "caller", Guards.New(), out _));
        Assert.False(IdempotencyKey.TryRead(new string('x', 256), "caller", Guards.New(), out _));
        Assert.False(IdempotencyKey.TryRead(new(["a", "b"]), "caller", Guards.New(), out _));
    }

    [Fact]
    public void Id_QuotedOrBare_IsTheSameForOneCallerAndAnotherForOthers()
    {
        Assert.Equal(Read("abc", "caller").Id, Read("\"abc\"", "caller").Id);
        Assert.NotEqual(Read("abc", "caller").Id, Read("abc", "other").Id);
        Assert.NotEqual(Read("bc", "a").Id, Read("c", "ab").Id);
    }

    [Fact]
    public void GiveId_WithoutOne_IsTheSameOnEveryNodeAndFitsAPayment()
    {
        var one = Id(Read("abc", "caller"), null);

        Assert.Equal(one, Id(Read("abc", "caller"), null));
        Assert.NotEqual(one, Id(Read("abd", "caller"), null));
        Assert.NotEqual(Id(Read("abc", "caller"), 1), Id(Read("abc", "caller"), 11));
        Assert.EndsWith("-99999", Encoding.UTF8.GetString(Id(Read("abc", "caller"), 99_999).Utf8), StringComparison.Ordinal);
    }

    [Fact]
    public void GiveId_WithItsOwn_KeepsIt()
    {
        var transaction = new Transaction { Id = ShortText.From("own") };

        new KeyedRequest(Read("abc", "caller")).GiveId(transaction);

        Assert.Equal("own", transaction.Id.ToString());
    }

    private static IdempotencyKey Read(string header, string caller)
    {
        Assert.True(IdempotencyKey.TryRead(header, caller, Guards.New(), out var key));
        return key!;
    }

    private static ShortText Id(IdempotencyKey key, int? index)
    {
        var transaction = new Transaction();
        new KeyedRequest(key).GiveId(transaction, index);
        return transaction.Id;
    }
}
