using System.Text;

namespace Fraud.Stream.Erasure;

/// <summary>Replaces an identifier where it stands by itself: "card-17" in "card-17 called", and not in "card-171".</summary>
internal static class Words
{
    /// <returns>The same instance when it is not in the text.</returns>
    public static string Replace(string text, string word, string by)
    {
        if (!text.Contains(word, StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var replaced = Replace(bytes, Encoding.UTF8.GetBytes(word), Encoding.UTF8.GetBytes(by));
        return ReferenceEquals(replaced, bytes) ? text : Encoding.UTF8.GetString(replaced);
    }

    /// <inheritdoc cref="Replace(string, string, string)"/>
    public static byte[] Replace(byte[] text, byte[] word, byte[] by)
    {
        if (text.AsSpan().IndexOf(word) < 0)
        {
            return text;
        }

        var written = new MemoryStream(text.Length + by.Length);
        var (done, isChanged) = (0, false);
        for (var at = text.AsSpan().IndexOf(word); at >= 0;)
        {
            var end = at + word.Length;
            if ((at == 0 || !IsOfAWord(text[at - 1])) && (end == text.Length || !IsOfAWord(text[end])))
            {
                written.Write(text, done, at - done);
                written.Write(by);
                (done, isChanged) = (end, true);
            }

            var next = text.AsSpan(at + 1).IndexOf(word);
            at = next < 0 ? -1 : at + 1 + next;
            if (at >= 0 && at < done)
            {
                next = text.AsSpan(done).IndexOf(word);
                at = next < 0 ? -1 : done + next;
            }
        }

        written.Write(text, done, text.Length - done);
        return isChanged ? written.ToArray() : text;
    }

    // Letters beyond ASCII are bytes of 128 and more.
    private static bool IsOfAWord(byte letter) => letter >= 128 || char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'-';
}
