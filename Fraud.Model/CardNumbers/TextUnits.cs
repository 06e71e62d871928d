using System.Text;

namespace Fraud.Model.CardNumbers;

/// <summary>A text's encoding. Structs implement it, so that each encoding gets machine code of its own.</summary>
internal interface ITextUnits<TUnit>
    where TUnit : unmanaged
{
    static abstract TUnit Hidden { get; }

    static abstract int At(ReadOnlySpan<TUnit> text, int at);

    /// <summary>First character of a text that is not empty, and its length in units; U+FFFD for what is none.</summary>
    static abstract int Decode(ReadOnlySpan<TUnit> text, out Rune rune);

    /// <summary>As <see cref="Decode"/>, the last character.</summary>
    static abstract int DecodeLast(ReadOnlySpan<TUnit> text, out Rune rune);
}

internal readonly struct Utf8Units : ITextUnits<byte>
{
    public static byte Hidden => (byte)'*';

    public static int At(ReadOnlySpan<byte> text, int at) => text[at];

    public static int Decode(ReadOnlySpan<byte> text, out Rune rune)
    {
        _ = Rune.DecodeFromUtf8(text, out rune, out var length);
        return length;
    }

    public static int DecodeLast(ReadOnlySpan<byte> text, out Rune rune)
    {
        _ = Rune.DecodeLastFromUtf8(text, out rune, out var length);
        return length;
    }
}

internal readonly struct Utf16Units : ITextUnits<char>
{
    public static char Hidden => '*';

    public static int At(ReadOnlySpan<char> text, int at) => text[at];

    public static int Decode(ReadOnlySpan<char> text, out Rune rune)
    {
        _ = Rune.DecodeFromUtf16(text, out rune, out var length);
        return length;
    }

    public static int DecodeLast(ReadOnlySpan<char> text, out Rune rune)
    {
        _ = Rune.DecodeLastFromUtf16(text, out rune, out var length);
        return length;
    }
}
