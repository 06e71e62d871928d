using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Fraud.Http.Registry;

/// <summary>Lists in pages: a token says how many were passed over.</summary>
internal static class MlflowPage
{
    /// <summary>Most characters of a token.</summary>
    public const int MaxToken = 16;

    /// <summary>The page that a call asks for, and the token of the next; null when it is the last.</summary>
    /// <exception cref="MlflowRefusedException">The size or the token is none.</exception>
    public static (IReadOnlyList<T> Items, string? Next) Of<T>(MlflowCall call, IReadOnlyList<T> all, int byDefault, int max)
    {
        var size = call.Whole("max_results", byDefault, max);
        var from = call.Text("page_token") is { } token ? Read(token) : 0;
        var page = all.Skip(from).Take(size).ToList();
        return (page, from + page.Count < all.Count && page.Count > 0 ? Write(from + page.Count) : null);
    }

    private static string Write(int from) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(from.ToString(CultureInfo.InvariantCulture)));

    private static int Read(string token)
    {
        Span<byte> bytes = stackalloc byte[MaxToken];
        return token.Length <= MaxToken && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var length)
            && int.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                ? from
                : throw new MlflowRefusedException(MlflowProblems.Wrong("page_token", "the next_page_token of a page before"));
    }
}
