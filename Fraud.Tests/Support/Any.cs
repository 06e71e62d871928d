using CsCheck;
using Fraud.Model;

namespace Fraud.Tests.Support;

/// <summary>Values that properties are tried with. A property that fails tells the seed that makes it fail again.</summary>
internal static class Any
{
    /// <summary>
    /// With what JSON, SQL and PostgreSQL's copy format write in other ways, of one to three bytes a character. Without
    /// control characters, which no reader takes, and without blanks around it, which readers take off.
    /// </summary>
    public static Gen<ShortText> Text { get; } =
        Gen.Char["abc019 '\"\\/é€{}[]:,"].Array[0, 20].Select(static letters => ShortText.From(new string(letters).Trim(' ')));

    /// <summary>Any finite number, the smallest and largest too.</summary>
    public static Gen<float> Number { get; } =
        Gen.UInt.Select(static bits => BitConverter.UInt32BitsToSingle(bits)).Select(static value => float.IsFinite(value) ? value : 0);

    /// <summary>Of each number of decimals.</summary>
    public static Gen<Currency> Currency { get; } = Gen.OneOf("EUR", "JPY", "KWD", "CLF").Select(static code =>
        Fraud.Model.Currency.TryParse(System.Text.Encoding.UTF8.GetBytes(code), out var currency) ? currency : default);

    /// <summary>As JSON can say it.</summary>
    public static Gen<Transaction> Payment { get; } = Gen.Select(
        Text, Text, Text, Text,
        Gen.OneOf(Gen.Long[0, 1_000], Gen.Long[0, 1_000_000_000_000]),
        Currency,
        Gen.OneOf(Gen.Long[1, 100_000], Gen.Long[1, 1_700_000_000_000]),
        Number.Array[Transaction.PayloadFeatures].Null(),
        static (id, card, terminal, source, amount, currency, time, payload) =>
        {
            var payment = new Transaction
            {
                Id = id,
                CardId = card,
                TerminalId = terminal,
                Source = source,
                AmountMinor = amount,
                Currency = currency,
                EventTimeMs = time,
                HasPayload = payload is not null,
            };
            payload?.CopyTo(payment.Payload, 0);
            return payment;
        });

    public static void AssertAlike(Transaction expected, Transaction actual)
    {
        Assert.Equal(
            (expected.Id, expected.CardId, expected.TerminalId, expected.Source),
            (actual.Id, actual.CardId, actual.TerminalId, actual.Source));
        Assert.Equal(
            (expected.AmountMinor, expected.Currency, expected.EventTimeMs, expected.HasPayload),
            (actual.AmountMinor, actual.Currency, actual.EventTimeMs, actual.HasPayload));
        if (expected.HasPayload)
        {
            Assert.Equal(expected.Payload, actual.Payload);
        }
    }
}
