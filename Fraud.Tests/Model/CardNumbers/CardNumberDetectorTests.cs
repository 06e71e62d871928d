using System.Text;
using CsCheck;
using Fraud.Model.CardNumbers;

namespace Fraud.Tests.Model.CardNumbers;

public sealed class CardNumberDetectorTests
{
    private static readonly string[] Separators =
    [
        " ", "-", " - ", ".", ",", "/", "_", ":", "|", "+", "'", "\u2019", "(", ") (", "][", "\t", "\r\n", "*", "#", "=", "~", "\\", "%", "\0",
        "\",\"", "\u00c2\u00a0", "&nbsp;", "&#160;", "&#xA0;", "<br>", "</td><td>", "=20", "=C2=A0", "%2520", "%25252D", // quotes, blanks of HTML and e-mail, escaped twice
        "\u00a0", "\u2009", "\u202f", "\u3000", "\u2028", // blanks
        "\u200b", "\ufeff", "\u00ad", "\u2060", "\u3164", "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b", // nothing to be seen
        "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uff0d", "\u30fc", // dashes
        "\u00b7", "\u2022", "\ud83d\ude00", // signs
        "%20", "%C2%A0", "%E2%80%93", "\\n", "\\t", "\\u00a0", "\\u2013", // escaped
    ];

    private static readonly int[] Zeros = [0xff10, 0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0x1d7ce, 0x1d7d8, 0x1fbf0, 0x1e950];

    public static TheoryData<string> Published => PublishedCardNumbers.Theory;

    public static TheoryData<string> AllSeparators => [.. Separators];

    public static TheoryData<int> AllZeros => [.. Zeros];

    [Theory]
    [MemberData(nameof(Published))]
    public void TryFind_PublishedNumber_TellsPlaceAndDigits(string number) => AssertFound(number, $"paid with {number}, thanks", number);

    [Theory]
    [MemberData(nameof(Published))]
    public void Contains_AnyDigitChanged_IsFalse(string number)
    {
        for (var i = 0; i < number.Length; i++)
        {
            var changed = number[..i] + (char)('0' + ((number[i] - '0' + 1) % 10)) + number[(i + 1)..];

            AssertNone(changed, CardNumberReach.WholeGroups);
        }
    }

    [Theory]
    [MemberData(nameof(AllSeparators))]
    public void TryFind_Separated_IsFound(string separator)
    {
        foreach (var groups in (string[][])[["4111", "1111", "1111", "1111"], ["3782", "822463", "10005"], [.. "4111111111111111".Select(static digit => $"{digit}")]])
        {
            var written = string.Join(separator, groups);

            AssertFound(string.Concat(groups), $"id {written} x", written);
        }
    }

    [Theory]
    [MemberData(nameof(AllZeros))]
    public void TryFind_DigitsOfAnotherScript_IsFound(int zero)
    {
        const string number = "5555555555554444";
        var written = string.Concat(number.Select(digit => char.ConvertFromUtf32(zero + digit - '0')));
        var mixed = number[..3] + string.Concat(number[3..].Select((digit, i) => i % 2 == 0 ? char.ConvertFromUtf32(zero + digit - '0') : $"{digit}"));

        AssertFound(number, $"id {written} x", written);
        AssertFound(number, $"id {mixed} x", mixed);
    }

    [Theory]
    [InlineData("\u2074\u00b9\u00b9\u00b9 \u00b9\u00b9\u00b9\u00b9 \u00b9\u00b9\u00b9\u00b9 \u00b9\u00b9\u00b9\u00b9")]
    [InlineData("\u2463\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460\u2460")]
    [InlineData("4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3 1111 1111 1111")]
    [InlineData("\\u0034111111111111111")]
    [InlineData("%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31")]
    [InlineData("%4111111111111111%")]
    [InlineData("&#52;&#49;&#x31;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;&#49;")]
    [InlineData("\\ud835\\udfd2111111111111111")]
    public void Contains_DigitsWrittenOddly_IsTrue(string text) => AssertContains(text);

    [Theory]
    [InlineData("0004111111111111111")]
    [InlineData("000000004111111111111111")]
    [InlineData("0000 4111 1111 1111 1111")]
    [InlineData("card4111111111111111x")]
    [InlineData("DE4111111111111111")]
    [InlineData("order-4111111111111111-1")]
    [InlineData("no 7 4111 1111 1111 1111")]
    [InlineData("+4111111111111111")]
    [InlineData("4111111111111111 12/27 123")]
    [InlineData("4111 1111 1111 1111 12/2027")]
    [InlineData("4111111111111111=25121010000012345678")]
    [InlineData("4111111111111111D25121010000012345678")]
    [InlineData("41111111111111111227")]
    [InlineData("41111111111111112712")]
    [InlineData("41111111111111111227123")]
    [InlineData("4111 1111 1111 11111227")]
    [InlineData("4111111111111111deadbeef")]
    [InlineData("deadbeef4111111111111111")]
    public void Contains_SomethingBeforeOrBehind_IsTrue(string text) => AssertContains(text);

    [Theory]
    [InlineData("4111111111111111123")]
    [InlineData("164111111111111111")]
    [InlineData("15378282246310005")]
    [InlineData(";01378282246310005=724724")]
    [InlineData("5A08378282246310005F9F36020012")]
    [InlineData("order-99994111111111111111")]
    [InlineData("1234567890411111111111111112345")]
    public void Contains_PartOfALongerGroup_DependsOnTheReach(string text)
    {
        AssertNone(text, CardNumberReach.WholeGroups);
        AssertContains(text, CardNumberReach.InsideGroups);
    }

    [Theory]
    [InlineData("")]
    [InlineData("411111111111")]
    [InlineData("4111 1111x1111 1111")]
    [InlineData("4111 1111      1111 1111")]
    [InlineData("4111&#x41;1111&#x41;1111&#x41;1111")]
    [InlineData("4111=2041=2011=2011")]
    [InlineData("0000000000000000")]
    [InlineData("1354000000000000")]
    [InlineData("\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd\u00bd")]
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0662\u0663")]
    public void Contains_NoNumber_IsFalse(string text) => AssertNone(text);

    // A payment's record holds thirty such numbers, and one in ten has a valid check digit.
    [Theory]
    [InlineData("4.111111111111111")]
    [InlineData("1760000000000 4111-1764526830123")]
    [InlineData("30122024/0443012883")]
    public void Contains_DecimalDateOrClock_IsFalseInRecords(string text) => AssertNone(text, CardNumberReach.Records);

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("(4111-1111-1111-1111)", true)]
    [InlineData("card: 4111-1111-1111-1111", false)]
    [InlineData("\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661", true)]
    [InlineData("378282246310005", true)]
    [InlineData("3530111333300000", true)]
    [InlineData("4111111111111111-1", false)]
    [InlineData("card 2: 4111111111111111", false)]
    [InlineData("4222222222222", false)]
    [InlineData("30569309025904", false)]
    [InlineData("6304985028090561515", false)]
    [InlineData("3902630134953212", false)]
    public void IsCardNumber_NothingElse_OfAUsualLength(string text, bool expected) =>
        Assert.Equal(expected, CardNumberDetector.IsCardNumber(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void TryFind_SeveralNumbers_FindsEachOnce()
    {
        var text = "4111111111111111, 5555-5555-5555-4444 378282246310005"u8;
        var found = new List<string>();
        Span<byte> digits = stackalloc byte[IssuerRanges.Longest];

        for (var from = 0; CardNumberDetector.TryFind(text, from, CardNumberReach.WholeGroups, digits, out var match); from = match.End)
        {
            found.Add(Encoding.ASCII.GetString(digits[..match.Digits]));
        }

        Assert.Equal(["4111111111111111", "5555555555554444", "378282246310005"], found);
    }

    [Fact]
    public void TryFind_BeginsInsideAGroup_PassesOverTheRest() => Assert.False(
        CardNumberDetector.TryFind("44111111111111111"u8, 1, CardNumberReach.WholeGroups, default, out _));

    [Fact]
    public void TryFind_TooLittleRoom_Throws() => Assert.Throws<ArgumentException>(
        static () => CardNumberDetector.TryFind("4111111111111111"u8, 0, CardNumberReach.WholeGroups, new byte[18], out _));

    [Fact]
    public void Contains_BrokenUtf8_SeparatesDigits()
    {
        Assert.True(CardNumberDetector.Contains([.. "4111"u8, 0xa0, .. "1111"u8, 0x96, .. "1111"u8, 0xff, .. "1111"u8]));
        Assert.True(CardNumberDetector.Contains([0xd8, 0x80, .. "4111111111111111"u8, 0xf0, 0x9d]));
    }

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("550e8400-e29b-41d4-a716-446655440000", false)]
    [InlineData("4111-1111-1111-1111 and 30.12.2024 23:59:59", true)]
    [InlineData("\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661", true)]
    public void Contains_AnyText_AllocatesNothing(string text, bool expected)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var all = CardNumberDetector.Contains(utf8) == expected;
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            all &= CardNumberDetector.Contains(utf8) == expected && CardNumberDetector.Contains(text) == expected;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(all);
    }

    // Groups of up to six digits: longer ones may be a date or a clock, which are passed over on purpose. "%30" is a zero.
    [Fact]
    public void TryFind_AnyNumberInAnyGroups_IsFound() => Gen.Select(
        Gen.OneOf(PublishedCardNumbers.All), Gen.OneOf([.. Separators.Where(static separator => separator != "%")]), Gen.Int[1, 6].Array[19],
        Gen.OneOf("", "x", "id: ", "no. ", "(", "\u00e9"), Gen.OneOf("", "x", ".", ")", " eur", "\u00e9"))
        .Sample(
            static (number, separator, lengths, before, behind) =>
            {
                var written = new StringBuilder();
                for (int i = 0, at = 0; at < number.Length; at += lengths[i++])
                {
                    written.Append(at == 0 ? "" : separator).Append(number, at, Math.Min(lengths[i], number.Length - at));
                }

                AssertFound(number, $"{before}{written}{behind}", written.ToString());
            },
            iter: 20_000);

    [Fact]
    public void Contains_AnyBytes_AgreesWithItsTextAndNeverThrows() => Gen.Select(
        Gen.OneOf(Gen.Char["0123456789"], Gen.Char["0123456789"], Gen.Char["4156 -.,:+/\\u%0aE\"\u0664\uff11\u200b\u00e9"], Gen.Char).Array[0, 63], Gen.Bool)
        .Sample(
            static (letters, isText) =>
            {
                var text = new string(letters);
                var reach = isText ? CardNumberReach.InsideGroups : CardNumberReach.WholeGroups;

                // Encoding replaces half pairs, which separate as they did.
                var utf8 = Encoding.UTF8.GetBytes(text);

                Assert.Equal(CardNumberDetector.Contains(text, reach), CardNumberDetector.Contains(utf8, reach));
                Assert.Equal(
                    CardNumberDetector.TryFind(utf8, 0, reach, default, out _), CardNumberDetector.Contains(utf8, reach));
            },
            iter: 20_000);

    private static void AssertFound(string number, string text, string written)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> digits = stackalloc byte[IssuerRanges.Longest];
        foreach (var reach in Enum.GetValues<CardNumberReach>())
        {
            Assert.True(CardNumberDetector.TryFind(utf8, 0, reach, digits, out var match), text);
            Assert.Equal(number, Encoding.ASCII.GetString(digits[..match.Digits]));
            Assert.Equal(written, Encoding.UTF8.GetString(utf8, match.Start, match.Length));
            Assert.True(CardNumberDetector.TryFind(text, 0, reach, digits, out match), text);
            Assert.Equal(number, Encoding.ASCII.GetString(digits[..match.Digits]));
            Assert.Equal(written, text.Substring(match.Start, match.Length));
            Assert.True(CardNumberDetector.Contains(utf8, reach));
        }
    }

    private static void AssertContains(string text)
    {
        AssertContains(text, CardNumberReach.WholeGroups);
        AssertContains(text, CardNumberReach.InsideGroups);
    }

    private static void AssertContains(string text, CardNumberReach reach)
    {
        Assert.True(CardNumberDetector.Contains(text, reach), text);
        Assert.True(CardNumberDetector.Contains(Encoding.UTF8.GetBytes(text), reach), text);
    }

    private static void AssertNone(string text)
    {
        AssertNone(text, CardNumberReach.WholeGroups);
        AssertNone(text, CardNumberReach.InsideGroups);
        AssertNone(text, CardNumberReach.Records);
    }

    private static void AssertNone(string text, CardNumberReach reach)
    {
        Assert.False(CardNumberDetector.Contains(text, reach), text);
        Assert.False(CardNumberDetector.Contains(Encoding.UTF8.GetBytes(text), reach), text);
    }
}
