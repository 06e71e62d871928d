using System.Globalization;
using CsCheck;
using Fraud.Model.Decoding;

namespace Fraud.Tests.Model.Decoding;

/// <summary>One rule for times: in queries and options here, in payments and labels where their readers are tested.</summary>
public sealed class TimesTests
{
    [Theory]
    [InlineData("2024-05-17", 1_715_904_000_000)]
    [InlineData("1970-01-01", 0)]
    [InlineData("0", 0)]
    [InlineData("1715946300", 1_715_946_300_000)]
    [InlineData("1715946300.25", 1_715_946_300_250)]
    [InlineData("1715946300250", 1_715_946_300_250)]
    [InlineData("2024-05-17T11:45Z", 1_715_946_300_000)]
    [InlineData("2024-05-17T11:45:00Z", 1_715_946_300_000)]
    [InlineData("2024-05-17 11:45:00Z", 1_715_946_300_000)]
    [InlineData("2024-05-17 13:45:00.250000+02:00", 1_715_946_300_250)]
    [InlineData("2024-05-17T13:45:00.25 02:00", 1_715_946_300_250)]
    [InlineData("2024-05-17 13:45:00 02:00", 1_715_946_300_000)]
    [InlineData("2024-05-17T09:45:00-02:00", 1_715_946_300_000)]
    public void TryParse_Time_IsMilliseconds(string text, long expected)
    {
        Assert.True(Times.TryParse(text, out var unixMs));
        Assert.Equal(expected, unixMs);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("1,715,946,300")]
    [InlineData("99999999999999999999")]
    [InlineData("2024-05-17T11:45:00")]
    [InlineData("2024-05-17 11:45:00")]
    [InlineData("17/05/2024")]
    [InlineData("05/06/2024 10:00 AM")]
    [InlineData("2024-02-30")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2024-05-17T11:45:00Z and more than any time has, on and on")]
    [InlineData("2024-05-17T11:45:00\"Z")]
    [InlineData("2024-05-17T11:45:0é")]
    [InlineData("2024-05-17T11:45:00\0Z")]
    public void TryParse_NoTime_IsRefused(string text) => Assert.False(Times.TryParse(text, out _));

    [Fact]
    public void TryParse_AnyTimeInEachForm_IsTheSame() => Gen.Long[0, 4_102_444_800_000].Sample(static unixMs =>
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
        foreach (var text in (string[])[
            time.ToString("O", CultureInfo.InvariantCulture),
            time.ToOffset(TimeSpan.FromHours(-5)).ToString("yyyy-MM-dd HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            (unixMs / 1_000m).ToString(CultureInfo.InvariantCulture)])
        {
            Assert.True(Times.TryParse(text, out var read), text);
            Assert.Equal(unixMs, read);
        }
    });
}
