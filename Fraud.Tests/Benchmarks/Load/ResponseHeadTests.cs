using System.Text;
using Fraud.Benchmarks.Load;

namespace Fraud.Tests.Benchmarks.Load;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, false)]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\ncontent-length:0\r\nRetry-After: 1\r\n\r\n", 429, false)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, false)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 503, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", 200, false)]
    public void TryParse_Whole_EndsWhereItEndsAndNotBefore(string response, int status, bool close)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        for (var received = 0; received < bytes.Length; received++)
        {
            Assert.False(ResponseHead.TryParse(bytes.AsSpan(0, received), out _, out _), $"{received} of {bytes.Length} bytes");
        }

        Assert.True(ResponseHead.TryParse([.. bytes, (byte)'H'], out var head, out var length));
        Assert.Equal((status, close, bytes.Length), (head.Status, head.Close, length));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    public void TryParse_NoResponse_Throws(string response) =>
        Assert.Throws<InvalidDataException>(() => ResponseHead.TryParse(Encoding.ASCII.GetBytes(response), out _, out _));
}
