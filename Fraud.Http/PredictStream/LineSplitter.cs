using System.Buffers;

namespace Fraud.Http.PredictStream;

/// <summary>Finds lines in what has arrived; a line that is too long is passed over without holding it.</summary>
internal sealed class LineSplitter(int longest)
{
    private bool _isSkipping;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line that has content, without its end.</summary>
    /// <param name="buffer">What has arrived; moved behind what was read.</param>
    /// <param name="isLast">Nothing follows: what is left is a line, too.</param>
    /// <param name="isTooLong">The line is too long, and empty here.</param>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line, out bool isTooLong)
    {
        while (true)
        {
            isTooLong = false;
            line = default;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                line = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }
            else if (isLast && !buffer.IsEmpty)
            {
                line = buffer;
                buffer = buffer.Slice(buffer.End);
            }
            else
            {
                if (buffer.Length > longest && !_isSkipping)
                {
                    _isSkipping = true;
                    Number++;
                    buffer = buffer.Slice(buffer.End);
                    isTooLong = true;
                    return true;
                }

                if (_isSkipping)
                {
                    buffer = buffer.Slice(buffer.End);
                }

                return false;
            }

            if (_isSkipping)
            {
                // The end of a line that was answered already.
                _isSkipping = false;
                continue;
            }

            Number++;
            if (line.Length > longest)
            {
                line = default;
                isTooLong = true;
                return true;
            }

            if (!IsBlank(line))
            {
                return true;
            }
        }
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
