using Fraud.Stream.Storage.Copy;

namespace Fraud.Tests.Stream.Storage.Copy;

public sealed class RowDigestTests
{
    [Fact]
    public void Add_SameRowsInAnotherOrder_AreTheSame() => Assert.Equal(Of("a", "b", "c"), Of("c", "a", "b"));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "b", "d")]
    [InlineData("a", "b", "c", "c")]
    [InlineData("a", "b", "c", "d", "d")]
    public void Add_OtherRows_AreNot(params string[] rows) => Assert.NotEqual(Of("a", "b", "c"), Of(rows));

    private static string Of(params string[] rows)
    {
        var digest = new RowDigest();
        foreach (var row in rows)
        {
            digest.Add(System.Text.Encoding.UTF8.GetBytes(row));
        }

        Assert.Equal(rows.Length, digest.Rows);
        return digest.ToString();
    }
}
