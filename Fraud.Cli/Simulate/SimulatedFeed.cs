using System.Globalization;
using System.Text.Unicode;
using Fraud.Cli.Feed;
using Fraud.Model;
using Fraud.Stream.Ingest;

namespace Fraud.Cli.Simulate;

/// <summary>Simulated payments, as they happen, into Kafka: what shows a fresh service at work.</summary>
public static class SimulatedFeed
{
    /// <summary>Feeds until it is stopped, or to the end that the options set.</summary>
    /// <param name="bootstrap">Brokers, host:port.</param>
    public static async Task<FeedReport> RunAsync(
        string bootstrap, SimulatedFeedOptions options, TimeProvider time, CancellationToken stopping)
    {
        var service = options.Service ?? new KafkaOptions();
        var kafka = new KafkaFeederOptions
        {
            BootstrapServers = bootstrap,
            Topic = service.TransactionsTopic,
            LabelTopic = service.LabelsTopic,
            Group = service.GroupId,
            Client = options.Client,
            Labels = options.Labels,
            MaxInFlight = options.MaxInFlight,
            // A service that pauses, even for long, ends no live feed; but it is said.
            Wait = TimeSpan.Zero,
            Stalled = options.Stalled,
            StallNotice = options.StallNotice,
        };
        await using var feeder = await KafkaFeeder.ConnectAsync(kafka, time, stopping);
        var run = new FeedRun(feeder, FeedPace.AtRate(options.Rate, time), time) { StampNow = !options.SimulatedTime };
        return await run.RunAsync(Payments(options, time), stopping);
    }

    /// <summary>The simulation's payments with their identifiers, in one instance that is refilled.</summary>
    public static IEnumerable<FeedPayment> Payments(SimulatedFeedOptions options, TimeProvider time)
    {
        // Another run with payments of now is other payments; a run in simulated time repeats its own.
        var run = options.SimulatedTime
            ? options.Simulator.Seed.ToString(CultureInfo.InvariantCulture)
            : time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        var payment = new FeedPayment();
        foreach (var simulated in new PaymentSimulator(options.Simulator).Payments())
        {
            Fill(payment, simulated, run);
            yield return payment;
        }
    }

    private static void Fill(FeedPayment into, in SimulatedPayment from, string run)
    {
        Span<byte> text = stackalloc byte[ShortText.Capacity];
        Utf8.TryWrite(text, $"sim-{run}-{from.Number}", out var length);
        into.Payment.Id.TrySet(text[..length]);
        Utf8.TryWrite(text, $"card-{from.CustomerId}", out length);
        into.Payment.CardId.TrySet(text[..length]);
        Utf8.TryWrite(text, $"terminal-{from.TerminalId}", out length);
        into.Payment.TerminalId.TrySet(text[..length]);
        into.Payment.AmountMinor = from.AmountMinor;
        into.Payment.EventTimeMs = from.UnixSeconds * 1_000;
        into.IsFraud = from.IsFraud;
    }
}
