using System.Text;

namespace Fraud.Faults.Fuzz;

/// <summary>A request as it is sent.</summary>
/// <param name="Number">What it was made from, with the seed: the same number gives the same bytes.</param>
/// <param name="Name">Of the seed.</param>
/// <param name="Mutations">What was done to it.</param>
/// <param name="IsMisframed">Where it ends is no longer certain: its connection is used for nothing else.</param>
/// <param name="IsHead">The answer has no body.</param>
public sealed record FuzzRequest(long Number, string Name, string Mutations, byte[] Bytes, bool IsMisframed, bool IsHead)
{
    /// <summary>Its caller named a deadline, so 504 is an answer.</summary>
    public bool HasDeadline => Encoding.Latin1.GetString(Bytes).Contains("Request-Timeout", StringComparison.OrdinalIgnoreCase);

    /// <summary>The beginning, for people.</summary>
    public string Excerpt()
    {
        const int longest = 600;
        var text = new StringBuilder();
        foreach (var b in Bytes.AsSpan(0, Math.Min(longest, Bytes.Length)))
        {
            text.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : b == '\n' ? "\\n" : b == '\r' ? "" : $"\\x{b:x2}");
        }

        return Bytes.Length > longest ? text.Append("...").ToString() : text.ToString();
    }
}
