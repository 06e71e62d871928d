using Fraud.Cli.Simulate;
using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

/// <summary>Seeded history with the handbook's three fraud scenarios: the same rows on every machine.</summary>
internal static class SimulatedHistory
{
    /// <summary>37 days build up the histories (30 and the label delay), then the days of training, delay and test.</summary>
    public static TrainingOptions Options { get; } = new()
    {
        TrainFrom = new DateOnly(2018, 5, 8),
        MaxRounds = 120,
        PatienceRounds = 20,
    };

    public static IEnumerable<HandbookRow> Rows(int customers, int seed, int days = 58, double fraudShare = 0.0084) =>
        new PaymentSimulator(new SimulatorOptions
        {
            Customers = customers,
            Terminals = 2 * customers,
            // Neighbourhoods as dense as the handbook's 10,000 terminals have.
            Radius = 5 * Math.Sqrt(5_000.0 / customers),
            Days = days,
            FraudShare = fraudShare,
            Seed = seed,
        })
        .Payments()
        .Select(static payment => new HandbookRow(
            payment.Number, payment.UnixSeconds, payment.CustomerId, payment.TerminalId, payment.AmountMinor, payment.IsFraud, (int)payment.Scenario));
}
