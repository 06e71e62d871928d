using Fraud.Cli.Simulate;

namespace Fraud.Tests.Cli.Simulate;

public sealed class PaymentSimulatorTests
{
    private static readonly SimulatorOptions Small = new() { Customers = 200, Terminals = 300, Days = 5, Seed = 42 };

    [Fact]
    public void Payments_SameSeed_AreTheSame() =>
        Assert.Equal(new PaymentSimulator(Small).Payments(), new PaymentSimulator(Small).Payments());

    [Fact]
    public void Payments_OtherSeed_AreOthers() =>
        Assert.NotEqual(new PaymentSimulator(Small).Payments(), new PaymentSimulator(Small with { Seed = 43 }).Payments());

    [Theory]
    [InlineData(0.0084)]
    [InlineData(0.05)]
    [InlineData(0.2)]
    public void Payments_FraudShare_IsMet(double share)
    {
        var options = new SimulatorOptions { Customers = 3_000, Terminals = 6_000, Days = 60, FraudShare = share, Seed = 1 };
        var payments = new PaymentSimulator(options).Payments().ToList();

        var met = payments.Count(static payment => payment.IsFraud) / (double)payments.Count;

        // Scenarios overlap, and whose terminals are compromised is chance.
        Assert.InRange(met, share * 0.8, share * 1.2);
    }

    [Fact]
    public void Payments_NoFraud_HaveNoneAndNoHighAmount()
    {
        var payments = new PaymentSimulator(Small with { FraudShare = 0 }).Payments().ToList();

        Assert.All(payments, static payment => Assert.Equal(FraudScenario.None, payment.Scenario));
        Assert.All(payments, static payment => Assert.InRange(payment.AmountMinor, 1, PaymentSimulator.HighAmountMinor));
    }

    [Fact]
    public void Payments_Frauds_AreOfAllScenariosAndTheirKind()
    {
        var options = new SimulatorOptions { Customers = 1_000, Terminals = 500, Days = 30, FraudShare = 0.05, Seed = 5 };
        var payments = new PaymentSimulator(options).Payments().ToList();

        var frauds = payments.ToLookup(static payment => payment.Scenario);

        Assert.All(Enum.GetValues<FraudScenario>(), scenario => Assert.NotEmpty(frauds[scenario]));
        Assert.All(
            frauds[FraudScenario.HighAmount],
            static payment => Assert.True(payment.AmountMinor > PaymentSimulator.HighAmountMinor));
        Assert.True(
            frauds[FraudScenario.Customer].Average(static payment => payment.AmountMinor)
            > 3 * frauds[FraudScenario.None].Average(static payment => payment.AmountMinor));
        // All payments at a compromised terminal are frauds: its frauds come without genuine ones between.
        var terminal = frauds[FraudScenario.Terminal].GroupBy(static payment => payment.TerminalId).MaxBy(static of => of.Count())!;
        var days = terminal.Max(static payment => payment.UnixSeconds) - terminal.Min(static payment => payment.UnixSeconds);
        Assert.InRange(days, 86_400, 30 * 86_400);
    }

    [Fact]
    public void Payments_Days_AreInOrderAndNumbered()
    {
        var payments = new PaymentSimulator(Small).Payments().ToList();
        var start = Small.Start.ToUnixTimeSeconds();

        Assert.Equal(Enumerable.Range(0, payments.Count).Select(static number => (long)number), payments.Select(static payment => payment.Number));
        Assert.Equal(payments.Select(static payment => payment.UnixSeconds).Order(), payments.Select(static payment => payment.UnixSeconds));
        Assert.All(payments, payment => Assert.InRange(payment.UnixSeconds, start, start + (5 * 86_400) - 1));
    }

    [Fact]
    public void Payments_Customer_KeepsToTerminalsNearby()
    {
        var payments = new PaymentSimulator(new SimulatorOptions { Customers = 50, Terminals = 10_000, Days = 200 }).Payments();

        // A circle of radius 5 holds 0.8 % of the square: 80 of 10,000 terminals.
        Assert.All(
            payments.GroupBy(static payment => payment.CustomerId),
            static of => Assert.InRange(of.Select(static payment => payment.TerminalId).Distinct().Count(), 1, 130));
    }

    [Fact]
    public void Payments_WithoutDays_DoNotEnd() =>
        Assert.Equal(100_000, new PaymentSimulator(Small with { Days = null }).Payments().Take(100_000).Count());
}
