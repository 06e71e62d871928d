using System.Globalization;
using System.Text;
using Fraud.Model;

namespace Fraud.Benchmarks.Workload;

/// <summary>
/// Payments by number: the same number is the same payment. Cards and terminals are drawn evenly, which is the
/// hardest for caches. Filling one allocates nothing.
/// </summary>
/// <param name="run">Sets the ids of this stream apart from those of others.</param>
/// <param name="interval">Event time from one payment to the next.</param>
internal sealed class PaymentStream(string run, int cards, int terminals, TimeSpan interval)
{
    private const int Digits = 10;

    // The first day of the handbook's training data.
    private static readonly long Start = new DateTimeOffset(2018, 7, 25, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly byte[] _idPrefix = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bench-{run}-"));
    private readonly double _intervalMs = interval.TotalMilliseconds;

    public int Cards => cards;

    /// <summary>Two payments a card and day, as in the handbook's data.</summary>
    public static PaymentStream Usual(string run, int cards = 10_000, int terminals = 20_000) =>
        new(run, cards, terminals, TimeSpan.FromDays(0.5 / cards));

    /// <summary>Fills a payment whose card belongs to a shard.</summary>
    public void Fill(Transaction into, long number, int shard = 0, int shards = 1)
    {
        var random = Mix((ulong)number);
        SetId(ref into.Id, _idPrefix, number);
        SetId(ref into.CardId, "card-"u8, ((long)(random % (ulong)(cards / shards)) * shards) + shard);
        SetId(ref into.TerminalId, "terminal-"u8, (long)((random >> 32) % (ulong)terminals));
        // 1 to 100 euro, even over the day; what the model sees is plain business.
        into.AmountMinor = 100 + (long)((random >> 20) % 9_900);
        into.Currency = Currency.Euro;
        into.EventTimeMs = Start + (long)(number * _intervalMs);
    }

    private static void SetId(ref ShortText into, ReadOnlySpan<byte> prefix, long number)
    {
        Span<byte> text = stackalloc byte[ShortText.Capacity];
        prefix.CopyTo(text);
        for (var i = prefix.Length + Digits - 1; i >= prefix.Length; i--)
        {
            text[i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        into.TrySet(text[..(prefix.Length + Digits)]);
    }

    /// <summary>The finalizer of splitmix64: neighbours become strangers.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
