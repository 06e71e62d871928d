using System.Buffers;
using System.Text;
using Fraud.Http.PredictStream;

namespace Fraud.Tests.Http.PredictStream;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\nb\n", "1:a 2:b")]
    [InlineData("a\n\n \r\nb", "1:a 4:b")]
    [InlineData("12345678\n123456789\nx\n", "1:12345678 2:! 3:x")]
    [InlineData("123456789123456789\n\nx", "1:! 3:x")]
    [InlineData("x\n123456789123456789", "1:x 2:!")]
    public void TryRead_HoweverTheTextArrives_FindsTheSameLines(string text, string expected)
    {
        for (var piece = 1; piece <= text.Length + 1; piece++)
        {
            var splitter = new LineSplitter(longest: 8);
            var found = new List<string>();
            var rest = "";
            for (var at = 0; at <= text.Length; at += piece)
            {
                var isLast = at + piece > text.Length;
                var arrived = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(rest + text[at..Math.Min(text.Length, at + piece)]));
                while (splitter.TryRead(ref arrived, isLast, out var line, out var isTooLong))
                {
                    found.Add($"{splitter.Number}:{(isTooLong ? "!" : Encoding.ASCII.GetString(line))}");
                }

                rest = Encoding.ASCII.GetString(arrived);
                Assert.InRange(rest.Length, 0, 8);
            }

            Assert.Equal(expected, string.Join(' ', found));
        }
    }
}
