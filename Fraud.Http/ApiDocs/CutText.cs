namespace Fraud.Http.ApiDocs;

/// <summary>Holds texts that come from elsewhere, such as exceptions, to what the document says that is answered.</summary>
internal static class CutText
{
    /// <returns>At most so many characters; a longer text ends in "…", and never in half of a pair.</returns>
    public static string Cut(this string text, int most) => text.Length <= most
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1), "…");
}
