using System.Text;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;

namespace Fraud.Benchmarks.CardNumbers;

/// <summary>What looking for card numbers costs: a payment that is read, and a field alone.</summary>
internal sealed class CardNumbersBenchmark : IBenchmark
{
    private const int Payments = 4_096;
    private const string Text =
        "The cardholder called on 2026-11-30 about order A-1043 of 12.50 EUR and says that she was in Lisbon; ticket 88121, call back before 5 pm.";

    private static readonly string[] Ordinary =
    [
        "550e8400-e29b-41d4-a716-446655440000", "order-20261130-000123", "cust_8812345", "pi_3NqXk2LkdIwHu7ix0aBcDeFg", "1764526830123",
        "01JDZ6V5R8QWX3Y4T7KMN2P9AB", "terminal-17", "7203344551",
    ];

    private static readonly string[] Numbers = ["4111111111111111", "4111-1111-1111-1111", "card:5555 5555 5555 4444", "378282246310005"];

    public string Name => "card-numbers";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        var guard = new CardNumberGuard(
            new CardNumberOptions { CardIds = CardNumberPolicy.Tokenize }, CardTokenKey.Parse("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
        var payments = Written();
        var samples = await Measuring.Rounds.RunAsync(
            [
                Contestant.OnThread("payments read", (duration, stop) => Read(new TransactionReader(new TransactionLimits(), guard), payments, duration, stop)),
                Contestant.OnThread("payments read, not looked at", (duration, stop) => Read(new TransactionReader(new TransactionLimits(), CardNumberGuard.Off), payments, duration, stop)),
                Contestant.OnThread("ordinary identifiers", (duration, stop) => Take(guard, Ordinary, duration, stop)),
                Contestant.OnThread("ordinary identifiers, not looked at", (duration, stop) => Take(CardNumberGuard.Off, Ordinary, duration, stop)),
                Contestant.OnThread("identifiers with a number", (duration, stop) => Take(guard, Numbers, duration, stop)),
                Contestant.OnThread("texts of 137 letters", (duration, stop) => TakeText(guard, duration, stop)),
            ],
            options, progress, cancellation);
        return new BenchmarkResult(
            Name,
            "payments read from JSON, and fields alone, with the default settings but for cards, which become tokens",
            "the same where everything is let through",
            [
                Figure.Compare("payment read", "ns/payment", samples[0], samples[1], static sample => sample.NanosecondsPerItem),
                Figure.Compare("ordinary identifier", "ns/field", samples[2], samples[3], static sample => sample.NanosecondsPerItem),
                new Figure("ordinary identifier, allocated", "B/field", Spread.Of(samples[2].Select(static sample => sample.BytesPerItem))),
                new Figure("identifier that becomes a token", "ns/field", Spread.Of(samples[4].Select(static sample => sample.NanosecondsPerItem))),
                new Figure("text of 137 letters", "ns/field", Spread.Of(samples[5].Select(static sample => sample.NanosecondsPerItem))),
            ],
            ["A payment has four identifiers and texts. Of an ordinary identifier \"not looked at\" is its copy."]);
    }

    private static byte[][] Written() =>
    [
        .. Enumerable.Range(0, Payments).Select(static i => Encoding.UTF8.GetBytes(
            $$"""{"transaction_id":"{{Guid.NewGuid()}}","card_id":"card-{{i * 7919}}","terminal_id":"terminal-{{i % 997}}","amount":{{i % 500}}.25,"currency":"EUR","source":"online","event_time":{{1_700_000_000 + i}}}""")),
    ];

    private static Sample Read(TransactionReader reader, byte[][] payments, TimeSpan duration, CancellationToken cancellation)
    {
        var payment = new Transaction();
        var meter = Meter.Start();
        long done = 0;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            foreach (var json in payments)
            {
                if (!reader.TryRead(json, payment, out var error))
                {
                    throw new InvalidOperationException(error.Message);
                }
            }

            done += payments.Length;
        }

        return meter.Stop(done);
    }

    private static Sample Take(CardNumberGuard guard, string[] texts, TimeSpan duration, CancellationToken cancellation)
    {
        const int repeats = 1_000;
        var ids = Array.ConvertAll(texts, ShortText.From);
        var meter = Meter.Start();
        long done = 0;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < repeats; i++)
            {
                foreach (var sent in ids)
                {
                    var id = sent;
                    _ = guard.TryCard(ref id);
                }
            }

            done += repeats * ids.Length;
        }

        return meter.Stop(done);
    }

    private static Sample TakeText(CardNumberGuard guard, TimeSpan duration, CancellationToken cancellation)
    {
        const int repeats = 1_000;
        var meter = Meter.Start();
        long done = 0;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < repeats; i++)
            {
                _ = guard.Text(Text);
            }

            done += repeats;
        }

        return meter.Stop(done);
    }
}
