using System.Globalization;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>What identifiers and texts are drawn from. Nothing here knows the culture or the hour: one seed, one text.</summary>
internal static class Draws
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static readonly DateTime First = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Last = new(2029, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static string Digits(this Random random, int count) => random.From("0123456789", count);

    /// <summary>As many digits as drawn between the two, both included.</summary>
    public static string Digits(this Random random, int from, int to) => random.Digits(random.Next(from, to + 1));

    public static string Hex(this Random random, int count) => random.From("0123456789abcdef", count);

    public static string Base62Of(this Random random, int count) => random.From(Base62, count);

    public static string Base32Of(this Random random, int count) => random.From(Crockford, count);

    public static string Letters(this Random random, int count) => random.From("abcdefghijklmnopqrstuvwxyz", count);

    public static string Capitals(this Random random, int count) => random.From("ABCDEFGHIJKLMNOPQRSTUVWXYZ", count);

    public static T Of<T>(this Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>A number between the two, both included, with zeros before it.</summary>
    public static string Number(this Random random, int from, int to, int width = 1) =>
        random.Next(from, to + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    /// <summary>An hour of these years.</summary>
    public static DateTime Moment(this Random random) => First.AddTicks(random.NextInt64((Last - First).Ticks));

    public static string Moment(this Random random, string format) => random.Moment().ToString(format, CultureInfo.InvariantCulture);

    public static long UnixMilliseconds(this Random random) => (long)(random.Moment() - DateTime.UnixEpoch).TotalMilliseconds;

    public static string Uuid(this Random random)
    {
        var hex = random.Hex(32).ToCharArray();
        hex[12] = '4';
        hex[16] = random.Of('8', '9', 'a', 'b');
        var all = new string(hex);
        return $"{all[..8]}-{all[8..12]}-{all[12..16]}-{all[16..20]}-{all[20..]}";
    }

    /// <summary>One of the patterns with a digit for each of its number signs.</summary>
    public static string Filled(this Random random, params ReadOnlySpan<string> patterns) =>
        string.Concat(random.Of(patterns).Select(c => c == '#' ? (char)('0' + random.Next(10)) : c));

    /// <summary>An amount as programs write it: two decimals behind a dot.</summary>
    public static string Amount(this Random random) => $"{random.Number(1, 9_999)}.{random.Digits(2)}";

    private static string From(this Random random, string alphabet, int count) =>
        string.Create(count, (random, alphabet), static (span, drawn) =>
        {
            foreach (ref var c in span)
                c = drawn.alphabet[drawn.random.Next(drawn.alphabet.Length)];
        });
}
