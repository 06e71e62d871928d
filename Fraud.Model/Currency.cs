using System.Collections.Frozen;

namespace Fraud.Model;

/// <summary>An ISO 4217 code and the number of decimals of its minor unit.</summary>
public readonly record struct Currency
{
    private readonly uint _letters;

    private Currency(uint letters) => _letters = letters;

    public static Currency Euro { get; } = TryParse("EUR"u8, out var euro) ? euro : default;

    /// <summary>Accepts three capital ASCII letters; whether the code is in use is not checked.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Currency currency)
    {
        currency = default;
        if (utf8.Length != 3)
        {
            return false;
        }

        uint letters = 0;
        foreach (var letter in utf8)
        {
            if (letter is < (byte)'A' or > (byte)'Z')
            {
                return false;
            }

            letters = (letters << 8) | letter;
        }

        currency = new Currency(letters);
        return true;
    }

    /// <summary>Decimals of the minor unit: 2, but for the exceptions of ISO 4217.</summary>
    public int Decimals => Exceptions.TryGetValue(_letters, out var decimals) ? decimals : 2;

    /// <summary>Minor units in one unit: 100 for most.</summary>
    public int MinorUnits => Decimals switch { 0 => 1, 2 => 100, 3 => 1_000, _ => 10_000 };

    /// <summary>Writes the code's three letters and returns 3, or 0 when no currency is named.</summary>
    public int CopyTo(Span<byte> utf8)
    {
        if (_letters == 0)
        {
            return 0;
        }

        utf8[0] = (byte)(_letters >> 16);
        utf8[1] = (byte)(_letters >> 8);
        utf8[2] = (byte)_letters;
        return 3;
    }

    /// <summary>The three letters; the same string for each call, so that writing a payment allocates none.</summary>
    public override string ToString()
    {
        if (_letters == 0)
        {
            return "";
        }

        // Two threads may make the same text at once: either is kept, both are right.
        ref var text = ref Texts[(((Letter(16) * 26) + Letter(8)) * 26) + Letter(0)];
        return text ??= string.Create(3, this, static (text, currency) =>
        {
            text[0] = (char)('A' + currency.Letter(16));
            text[1] = (char)('A' + currency.Letter(8));
            text[2] = (char)('A' + currency.Letter(0));
        });
    }

    private int Letter(int shift) => (int)((_letters >> shift) & 0xFF) - 'A';

    // Every code there can be, 141 kB: no list of known codes to keep up to date.
    private static readonly string?[] Texts = new string?[26 * 26 * 26];

    private static readonly FrozenDictionary<uint, int> Exceptions = MinorUnitExceptions();

    private static FrozenDictionary<uint, int> MinorUnitExceptions()
    {
        var exceptions = new Dictionary<uint, int>();
        Add(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF");
        Add(3, "BHD IQD JOD KWD LYD OMR TND");
        Add(4, "CLF UYW");
        return exceptions.ToFrozenDictionary();

        void Add(int decimals, string codes)
        {
            foreach (var code in codes.Split(' '))
            {
                exceptions[((uint)code[0] << 16) | ((uint)code[1] << 8) | code[2]] = decimals;
            }
        }
    }
}
