namespace Fraud.Model.Decoding;

/// <summary>The three bytes that some editors and libraries put before UTF-8. JSON has no place for them (RFC 8259), and readers may pass over them.</summary>
public static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Bytes => [0xEF, 0xBB, 0xBF];

    /// <summary>The text behind the mark; all of it where there is none.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> utf8) => utf8.StartsWith(Bytes) ? utf8[Bytes.Length..] : utf8;
}
