using Fraud.Cli.Drift;
using Fraud.Model.Scoring;
using Fraud.Stream.Drift;
using Fraud.Tests.Model;

namespace Fraud.Tests.Cli.Drift;

/// <summary>A small form of what docs/drift.md shows: real profile, shipped model, simulated payments.</summary>
public sealed class DriftDrillTests
{
    // The window is 5,000 payments, a look every 500, and three looks must agree.
    [Theory]
    [InlineData(1, "None", "", 0)]
    [InlineData(2, "None", "", 0)]
    [InlineData(1, "Amounts", "amount at source=online", 6_000)]
    [InlineData(1, "Category", "source", 3_000)]
    public void Run_Injected_RaisesTheRightAlarmAndNoOther(int seed, string injection, string subject, long within)
    {
        using var model = OnnxModel.Load(ModelFolder.Shipped);

        var result = new DriftDrill(model, new DriftOptions()).Run(
            new DrillOptions { Seed = seed, Customers = 1_500, Terminals = 3_000, Injection = Enum.Parse<Injection>(injection), InjectedDays = 4 },
            CancellationToken.None);

        Assert.True(DrillCommand.IsRight(result), string.Join("; ", result.Alarms));
        Assert.True(result.Payments > 30_000, $"{result.Payments} payments");
        if (subject.Length > 0)
        {
            Assert.InRange(result.Alarms.First(alarm => alarm.Subject == subject).AfterPayments, 1, within);
        }
    }
}
