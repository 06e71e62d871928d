using System.Globalization;
using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Ordinary texts and identifiers, thousands of each kind: one in ten of their numbers has a valid check digit.</summary>
public sealed class LookalikesTests
{
    private const int Tries = 20_000;

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss.ffffff")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fffffffZ")]
    [InlineData("dd.MM.yyyy HH:mm:ss")]
    [InlineData("dd.MM.yyyy HH:mm:ss.ff")]
    [InlineData("dd/MM/yyyy HH:mm:ss.fff")]
    [InlineData("MM/dd/yyyy HH:mm:ss")]
    [InlineData("HH:mm:ss.fff dd.MM.yyyy")]
    [InlineData("HH:mm:ss.ffffff yyyy/MM/dd")]
    [InlineData("dd-MM-yyyy-HH-mm-ss")]
    [InlineData("yyyyMMdd-HHmmss-fff")]
    [InlineData("yyyyMMddHHmmssfff")]
    public void Contains_DateAndTime_IsFalse(string format) => AssertNone(random => Moment(random).ToString(format, CultureInfo.InvariantCulture));

    [Fact]
    public void Contains_TwoTimes_IsFalse() => AssertNone(static random =>
        $"{Moment(random):HH:mm:ss dd.MM.yyyy} - {Moment(random):HH:mm:ss dd.MM.yyyy}");

    [Fact]
    public void Contains_TimeAndCounter_IsFalse()
    {
        AssertNone(static random => $"{Moment(random):HH:mm:ss.ffffff} {random.Next(10_000, 100_000)}");
        AssertNone(static random => $"{Moment(random):dd.MM.yyyy} {random.Next(10_000, 100_000)}");
        AssertNone(static random => $"{Moment(random):dd.MM.yyyy HH:mm} {random.Next(100, 10_000)}");
        AssertNone(static random => $"{Moment(random):yyyy-MM-dd} {random.Next(10_000, 100_000)} {random.Next(100_000, 1_000_000)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    [InlineData(1_000_000_000)]
    public void Contains_ClockOfAnyUnit_IsFalse(long unitsOfASecond) => AssertNone(random =>
        (random.NextInt64(1_400_000_000, 2_000_000_000) * unitsOfASecond + random.NextInt64(unitsOfASecond)).ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void Contains_SnowflakeId_IsFalse() => AssertNone(static random =>
        $"{(random.NextInt64(400_000_000_000, 500_000_000_000) << 22) | (uint)random.Next(1 << 22)}");

    [Fact]
    public void Contains_Uuid_IsFalse() => AssertNone(static random => Uuid(random).ToString(), 200_000);

    [Fact]
    public void Contains_UuidWithCandidate_IsFalse()
    {
        AssertNone("a2b8c1d0-1e2f-4a3b-a378-282246310005");
        AssertNone("id-a2b8c1d0-1e2f-4a3b-a378-282246310005-1");
    }

    // Four groups of hexadecimal digits with neither version nor variant hide a number; so does a UUID without a letter.
    [Theory]
    [InlineData("00000000-0000-4111-1111-111111111111")]
    [InlineData("a0000000-0000-0000-4111-111111111111")]
    public void Contains_NumberWrittenAsUuid_IsTrue(string text) => Assert.True(CardNumberDetector.Contains(text, CardNumberReach.InsideGroups), text);

    [Theory]
    [InlineData("ab4111111111111111cd3f9a")]
    [InlineData("a1be4111111111111111c3d4e5f6a7b8")]
    [InlineData("00-a1be4111111111111111c3d4e5f6a7b8-00f067aa0ba902b7-01")]
    public void Contains_Hash_IsFalse(string text) => AssertNone(text);

    [Theory]
    [InlineData("DE89 3704 0044 0532 0130 00")]
    [InlineData("GB29NWBK60161331926819")]
    [InlineData("GB82 WEST 1234 5698 7654 32")]
    public void Contains_Iban_IsFalse(string text) => AssertNone(text);

    [Fact]
    public void Contains_AnyGermanIban_IsFalse() => AssertNone(static random =>
    {
        var account = Digits(random, 18);
        var check = 98 - (int)(decimal.Parse(account + "131400") % 97);
        var iban = $"DE{check:D2}{account}";
        return random.Next(2) == 0 ? iban : string.Join(' ', iban.Chunk(4).Select(static four => new string(four)));
    });

    [Fact]
    public void Contains_PhoneNumbers_IsFalse()
    {
        AssertNone(static random => $"+1 ({Digits(random, 3)}) {Digits(random, 3)}-{Digits(random, 4)}, +1 ({Digits(random, 3)}) {Digits(random, 3)}-{Digits(random, 4)}");
    }

    [Fact]
    public void Contains_NetworkAddresses_IsFalse()
    {
        AssertNone(static random => $"{Address(random)}:{random.Next(1_024, 65_536)}");
        AssertNone(static random => $"{Address(random)}, {Address(random)}, {Address(random)}");
    }

    [Fact]
    public void Contains_Amounts_IsFalse() => AssertNone(static random =>
        $"{random.Next(1, 1_000)},{random.Next(1_000):D3},{random.Next(1_000):D3}.{random.Next(100):D2} of {random.Next(1, 1_000)},{random.Next(1_000):D3}.{random.Next(100):D2}");

    [Theory]
    [InlineData("R", ",")]
    [InlineData("F2", ",")]
    [InlineData("F6", ", ")]
    public void Contains_ListOfDecimals_IsFalseInRecords(string format, string separator)
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var numbers = Enumerable.Range(0, 30).Select(_ => ((random.NextDouble() * 12) - 6).ToString(format, CultureInfo.InvariantCulture));
            AssertNone($"[{string.Join(separator, numbers)}]", CardNumberReach.Records);
        }
    }

    [Fact]
    public void Contains_IdMadeOfTimeAndCounter_IsFalse()
    {
        AssertNone(static random => $"tx_{random.NextInt64(1_400_000_000_000, 2_000_000_000_000)}-{random.Next(10_000)}");
        AssertNone(static random => $"c-{random.Next(1_000, 10_000)}-{Moment(random):yyyyMMdd}-{random.Next(10_000):D4}");
        AssertNone(static random => $"{random.Next(100_000, 1_000_000)}-{random.Next(1_400_000_000, 2_000_000_000)}", CardNumberReach.WholeGroups);
    }

    private static void AssertNone(Func<Random, string> make, int tries = Tries)
    {
        var random = new Random(1);
        for (var i = 0; i < tries; i++)
        {
            AssertNone(make(random));
        }
    }

    private static void AssertNone(Func<Random, string> make, CardNumberReach reach)
    {
        var random = new Random(1);
        for (var i = 0; i < Tries; i++)
        {
            AssertNone(make(random), reach);
        }
    }

    private static void AssertNone(string text)
    {
        AssertNone(text, CardNumberReach.WholeGroups);
        AssertNone(text, CardNumberReach.Records);
    }

    private static void AssertNone(string text, CardNumberReach reach) => Assert.False(CardNumberDetector.Contains(text, reach), $"{reach}: {text}");

    private static string Digits(Random random, int count) => new(random.GetItems<char>("0123456789", count));

    private static string Address(Random random) => $"{random.Next(256)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}";

    // From 2022 on: years that begin cards of Mastercard, which numbers of two digits for earlier years do not.
    private static DateTime Moment(Random random) => new DateTime(2022, 1, 1).AddMilliseconds(random.NextInt64(200_000_000_000));

    private static Guid Uuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }
}
