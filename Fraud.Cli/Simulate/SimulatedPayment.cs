namespace Fraud.Cli.Simulate;

/// <summary>One payment of the simulation.</summary>
/// <param name="Number">Counts from 0 in time order.</param>
/// <param name="AmountMinor">Hundredths.</param>
public readonly record struct SimulatedPayment(
    long Number, long UnixSeconds, int CustomerId, int TerminalId, long AmountMinor, FraudScenario Scenario)
{
    public bool IsFraud => Scenario != FraudScenario.None;
}

/// <summary>What makes a payment a fraud.</summary>
public enum FraudScenario : byte
{
    None = 0,

    /// <summary>An amount above 220.</summary>
    HighAmount = 1,

    /// <summary>Every payment at a terminal that is compromised for 28 days.</summary>
    Terminal = 2,

    /// <summary>A third of the payments of a customer whose card is used by others for 14 days: five times the amount.</summary>
    Customer = 3,
}
