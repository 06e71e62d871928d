using Fraud.Http.Deadlines;
using Microsoft.AspNetCore.Http;

namespace Fraud.Tests.Http.Deadlines;

public class RequestTimeoutTests
{
    [Theory]
    [InlineData("X-Request-Timeout", "250ms", 250)]
    [InlineData("X-Request-Timeout", "1.5s", 1_500)]
    [InlineData("X-Request-Timeout", " 2S ", 2_000)]
    [InlineData("Request-Timeout", "0.25", 250)]
    [InlineData("Request-Timeout", "999999999", 3_600_000)]
    public void TryRead_ATime_IsTaken(string header, string value, int milliseconds)
    {
        Assert.True(RequestTimeout.TryRead(With((header, value)), out var timeout, out _));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), timeout);
    }

    [Theory]
    [InlineData("X-Request-Timeout", "250")]
    [InlineData("X-Request-Timeout", "")]
    [InlineData("X-Request-Timeout", "0ms")]
    [InlineData("X-Request-Timeout", "-1s")]
    [InlineData("X-Request-Timeout", "1e3ms")]
    [InlineData("X-Request-Timeout", "ms")]
    [InlineData("Request-Timeout", "1s")]
    [InlineData("Request-Timeout", "NaN")]
    [InlineData("Request-Timeout", "0")]
    [InlineData("Request-Timeout", "99999999999999999999999999999")]
    public void TryRead_NoTime_NamesTheHeader(string header, string value)
    {
        Assert.False(RequestTimeout.TryRead(With((header, value)), out _, out var wrong));
        Assert.Equal(header, wrong.Field);
    }

    [Fact]
    public void TryRead_Both_TheShorterHolds()
    {
        Assert.True(RequestTimeout.TryRead(With(("X-Request-Timeout", "250ms"), ("Request-Timeout", "0.1")), out var timeout, out _));
        Assert.Equal(TimeSpan.FromMilliseconds(100), timeout);
    }

    [Fact]
    public void TryRead_None_IsZero()
    {
        Assert.True(RequestTimeout.TryRead(With(), out var timeout, out _));
        Assert.Equal(TimeSpan.Zero, timeout);
    }

    private static DefaultHttpContext With(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }
}
