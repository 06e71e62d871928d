using System.Globalization;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Ids that programs make.</summary>
internal static class OrdinaryIds
{
    public static readonly OrdinaryKind[] All =
    [
        // Random and hashed: of two thousand, about one has as many digits between its letters as a card, and those of one.
        Hex("uuid", "with hyphens, 36 characters", random => random.Uuid()),
        Hex("uuid in braces", "as Windows has it", random => $"{{{random.Uuid().ToUpperInvariant()}}}"),
        Hex("uuid without hyphens", "32 hexadecimal digits", random => random.Uuid().Replace("-", "", StringComparison.Ordinal)),
        Hex("uuid of version 7", "begins with the clock, which has no letters for years", UuidOfVersion7),
        Hex("hex of 16", "spans, xxHash, halves of a hash", random => random.Hex(16)),
        Hex("hex of 24", "MongoDB's ids", random => random.Hex(24)),
        Hex("hex of 32", "MD5, traces", random => random.Hex(32)),
        Hex("hex of 40", "SHA-1, commits", random => random.Hex(40)),
        Hex("hex of 56", "SHA-224", random => random.Hex(56)),
        new("hex of 64", "SHA-256; too long for an id", WrittenIn.Note, random => random.Hex(64)) { MayLookLikeOne = true },
        Hex("traceparent", "W3C trace context: two hashes and hyphens", random => $"00-{random.Hex(32)}-{random.Hex(16)}-01"),
        Hex("address of ipv6", "eight groups of hexadecimal digits", random =>
            $"2001:0db8:{string.Join(':', Enumerable.Range(0, 6).Select(_ => random.Hex(4)))}"),

        // With letters of a wide alphabet: thirteen digits in a row are rarer than one in a million.
        Never("ulid", "26 characters of Crockford's base 32", AnyId | WrittenIn.Note, random =>
            $"01{random.Of("H", "J", "K")}{random.Base32Of(23)}"),
        Never("ksuid", "27 characters of base 62", AnyId | WrittenIn.Note, random => $"2{random.Base62Of(26)}"),
        Never("nanoid", "21 characters of base 64 for URLs", AnyId, random =>
            $"{random.Base62Of(7)}{random.Of("-", "_")}{random.Base62Of(13)}"),
        Never("tok_", "card tokens of processors", WrittenIn.Card, random => $"tok_{random.Base62Of(24)}"),
        Never("stripe payment", "pi_, ch_, txn_, re_", WrittenIn.Transaction, random =>
            $"{random.Of("pi_3", "ch_3", "py_3", "txn_3", "re_3")}{random.Of("N", "O", "P", "Q", "R")}{random.Base62Of(22)}"),
        Never("stripe card", "pm_, card_, src_", WrittenIn.Card, random =>
            $"{random.Of("pm_1", "card_1", "src_1")}{random.Of("N", "P", "R")}{random.Base62Of(22)}"),
        Never("stripe fingerprint", "16 characters of base 62", WrittenIn.Card, random => random.Base62Of(16)),
        Never("stripe customer", "cus_", WrittenIn.Customer, random => $"cus_{random.Base62Of(14)}"),
        Never("stripe terminal", "tmr_", WrittenIn.Terminal, random => $"tmr_{random.Base62Of(14)}"),
        Never("adyen reference", "16 characters of digits and capitals", WrittenIn.Transaction, random =>
            $"{random.Capitals(2)}{random.Base32Of(6)}{random.Capitals(2)}{random.Base32Of(6)}"),
        Never("paypal payment", "PAYID-, 24 characters", WrittenIn.Transaction, random =>
            $"PAYID-{random.Capitals(3)}{random.Base32Of(10)}{random.Capitals(1)}{random.Base32Of(10)}"),

        // Clocks and counters.
        Never("seconds", "ten digits of a clock", AnyId | WrittenIn.Note, random => Clock(random, 1, 1_000)),
        Never("milliseconds", "thirteen digits of a clock, which begin with 1", AnyId | WrittenIn.Note, random => Clock(random, 1, 1)),
        Never("microseconds", "sixteen digits of a clock, which begin with 1", AnyId | WrittenIn.Note, random => Clock(random, 1_000, 1)),
        Never("nanoseconds", "nineteen digits of a clock, which begin with 1", AnyId | WrittenIn.Note, random =>
            Clock(random, 1_000_000, 1)),
        Never("milliseconds and counter", "a clock, a sign and a counter", WrittenIn.Transaction, random =>
            $"{Clock(random, 1, 1)}-{random.Number(0, 9_999, 4)}"),
        Likely("ticks of .NET", "eighteen digits that begin with 638 to 642: the range of Maestro", AnyId, random =>
            random.Moment().Ticks.ToString(CultureInfo.InvariantCulture)),
        Likely("snowflake of 2010", "X's: nineteen digits, in June 2027 in the range of Mir", AnyId | WrittenIn.Note, random =>
            Snowflake(random, new DateTime(2010, 11, 4, 1, 42, 54, 657, DateTimeKind.Utc))),
        Never("snowflake of 2015", "Discord's: nineteen digits, which begin with 1 in these years", AnyId | WrittenIn.Note, random =>
            Snowflake(random, new DateTime(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
        Likely("snowflake of its own epoch", "seventeen to nineteen digits, which begin with any", AnyId | WrittenIn.Note, random =>
            Snowflake(random, new DateTime(random.Next(2017, 2024), 1, 1, 0, 0, 0, DateTimeKind.Utc))),
        Never("counter", "auto-increment", AnyId, random => random.Digits(1, 12)),
        Never("counter with prefix", "auto-increment behind letters", AnyId, random =>
            $"{random.Of("cust_", "TX-", "ORD", "term:", "c", "INV/")}{random.Digits(5, 12)}"),
        Never("counter padded to 16", "sixteen digits, most of them zeros before", AnyId, random => random.Number(1, int.MaxValue - 1, 16)),
        Never("counter padded to 19 with prefix", "nineteen digits, most of them zeros before", AnyId, random =>
            $"{random.Of("CUST", "txn-", "T")}{random.Number(1, int.MaxValue - 1, 19)}"),
        Likely("counter of 16", "a counter that a system before began high", AnyId, random => $"{random.Next(1, 10)}{random.Digits(15)}"),
        Never("compound id", "short counters between hyphens", AnyId, random =>
            $"{random.Digits(3)}-{random.Digits(4)}-{random.Letters(2)}-{random.Digits(4)}"),
        Never("session of a shop", "letters and digits by turns", AnyId, random =>
            $"{random.Letters(3)}{random.Digits(9)}{random.Letters(2)}{random.Digits(9)}"),

        // Orders.
        Never("order of a day", "20261130-000123", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"{random.Moment("yyyyMMdd")}-{random.Digits(6)}"),
        Never("order of a day with letters", "ORD-2026-11-30-000123", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"ORD-{random.Moment("yyyy-MM-dd")}-{random.Digits(6)}"),
        Never("order of a year", "2026/000123456", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"{random.Moment("yyyy")}/{random.Digits(9)}"),
        Never("order of a second", "20261130124510, fourteen digits", WrittenIn.Transaction, random => random.Moment("yyyyMMddHHmmss")),
        Never("order of a millisecond", "20261130124510123, seventeen digits", WrittenIn.Transaction, random =>
            random.Moment("yyyyMMddHHmmssfff")),
        Likely("order of amazon", "304-1234567-1234567, seventeen digits in three groups", WrittenIn.Transaction | WrittenIn.Note, random =>
            $"{random.Of("028", "302", "303", "304", "402", "403", "405", "702")}-{random.Digits(7)}-{random.Digits(7)}"),
        Never("order of a shop", "#1001", WrittenIn.Transaction | WrittenIn.Note, random => $"#{random.Digits(4, 6)}"),
    ];

    private static OrdinaryKind Hex(string name, string description, Func<Random, string> write) =>
        new(name, description, AnyId | WrittenIn.Note, write) { MayLookLikeOne = true };

    private static OrdinaryKind Likely(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write) { MayLookLikeOne = true };

    private static OrdinaryKind Never(string name, string description, WrittenIn fields, Func<Random, string> write) =>
        new(name, description, fields, write);

    private static string Clock(Random random, long times, long by) =>
        ((random.UnixMilliseconds() * times / by) + (times > 1 ? random.NextInt64(times) : 0)).ToString(CultureInfo.InvariantCulture);

    private static string Snowflake(Random random, DateTime epoch)
    {
        var milliseconds = (long)(random.Moment() - epoch).TotalMilliseconds;
        return ((milliseconds << 22) + random.NextInt64(1 << 22)).ToString(CultureInfo.InvariantCulture);
    }

    private static string UuidOfVersion7(Random random)
    {
        var clock = random.UnixMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
        return $"{clock[..8]}-{clock[8..]}-7{random.Hex(3)}-{random.Of("8", "9", "a", "b")}{random.Hex(3)}-{random.Hex(12)}";
    }
}
