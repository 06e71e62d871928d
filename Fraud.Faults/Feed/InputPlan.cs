using System.Globalization;
using Fraud.Cli.Simulate;

namespace Fraud.Faults.Feed;

/// <summary>
/// The payments of a run, known to the last one before it starts: a history that is stored before anything breaks,
/// and the stream that the fault hits.
/// </summary>
/// <remarks>
/// Ten days lie between the two, which is longer than the label delay: terminal features of the stream look at the
/// history and its labels alone, so what they must be does not depend on which shard was faster.
/// </remarks>
public sealed class InputPlan
{
    private const int GapDays = 10;
    private const int Customers = 1_500;
    private const int Terminals = 300;
    private const double FraudShare = 0.05;
    private static readonly DateTimeOffset Start = new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private InputPlan(IReadOnlyList<Input> history, IReadOnlyList<Input> stream, IReadOnlyList<Input> poison)
    {
        History = history;
        Stream = stream;
        Poison = poison;
    }

    public IReadOnlyList<Input> History { get; }

    public IReadOnlyList<Input> Stream { get; }

    /// <summary>What comes among the stream and must not be stored.</summary>
    public IReadOnlyList<Input> Poison { get; }

    /// <summary>Every payment of the stream happened at or after this, every one of the history before.</summary>
    public long BoundaryMs { get; } = Start.AddDays(GapDays).ToUnixTimeMilliseconds();

    public IEnumerable<Input> All => History.Concat(Stream);

    /// <param name="shape">How payments come in; the same seed and shape make the same plan.</param>
    public static InputPlan Make(int seed, InputShape shape)
    {
        var random = new Random(seed);
        var simulator = new PaymentSimulator(new SimulatorOptions
        {
            Customers = Customers,
            Terminals = Terminals,
            FraudShare = FraudShare,
            Seed = seed,
            Start = Start,
        });
        var history = new List<Input>(shape.History);
        var stream = new List<Input>(shape.Stream);
        var boundary = Start.AddDays(GapDays).ToUnixTimeSeconds();
        foreach (var payment in simulator.Payments())
        {
            if (payment.UnixSeconds < boundary)
            {
                if (history.Count < shape.History)
                {
                    history.Add(ToInput(payment, seed) with { ViaKafka = true });
                }

                continue;
            }

            var http = random.NextDouble() < shape.HttpShare;
            stream.Add(ToInput(payment, seed) with { ViaHttp = http || shape.Twice, ViaKafka = !http || shape.Twice });
            if (stream.Count == shape.Stream)
            {
                break;
            }
        }

        return new InputPlan(history, stream, [.. Enumerable.Range(0, shape.Poison).Select(number => PoisonLike(stream[random.Next(stream.Count)], number))]);
    }

    // Of a card that pays otherwise too: its other payments must not count it.
    private static Input PoisonLike(Input payment, int number) => payment with
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"poison-{number}"),
        AmountMinor = PoisonModel.Amount * 100,
        ViaKafka = number % 2 == 0,
        ViaHttp = number % 2 != 0,
        IsFraud = false,
        IsPoison = true,
    };

    private static Input ToInput(in SimulatedPayment payment, int seed) => new(
        string.Create(CultureInfo.InvariantCulture, $"p-{seed}-{payment.Number}"),
        string.Create(CultureInfo.InvariantCulture, $"card-{payment.CustomerId}"),
        string.Create(CultureInfo.InvariantCulture, $"terminal-{payment.TerminalId}"),
        payment.AmountMinor,
        payment.UnixSeconds * 1_000,
        payment.IsFraud);
}
