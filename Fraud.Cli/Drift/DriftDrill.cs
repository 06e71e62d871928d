using Fraud.Cli.Feed;
using Fraud.Cli.Simulate;
using Fraud.Model;
using Fraud.Model.Drift;
using Fraud.Model.Scoring;
using Fraud.Stream.Drift;

namespace Fraud.Cli.Drift;

/// <summary>
/// Simulated payments through the real profile, model and monitor: some days make the reference, the next are watched,
/// and from a day on something is done to them.
/// </summary>
internal sealed class DriftDrill(OnnxModel model, DriftOptions drift)
{
    private const long DayMs = 86_400_000;

    public DrillResult Run(DrillOptions options, CancellationToken cancellation)
    {
        var simulator = new SimulatorOptions
        {
            Seed = options.Seed,
            Customers = options.Customers,
            Terminals = options.Terminals,
            Days = options.Days,
        };
        var start = simulator.Start.ToUnixTimeMilliseconds();
        var referenceFrom = start + (options.WarmUpDays * DayMs);
        var watchFrom = referenceFrom + (options.ReferenceDays * DayMs);
        var injectFrom = watchFrom + (options.UndriftedDays * DayMs);

        var inputs = model.Manifest.Inputs.Select(static input => input.Name).ToArray();
        var builder = new ReferenceBuilder(inputs);
        var alarms = new List<DrillAlarm>();
        DriftTracker? tracker = null;
        long injected = 0;
        double highest = 0, worst = 0;
        var worstSubject = "";
        using var payments = SimulatedFeed
            .Payments(new SimulatedFeedOptions { Simulator = simulator, SimulatedTime = true }, TimeProvider.System)
            .GetEnumerator();
        using var history = new ScoredHistory(model);
        history.Run(Next, referenceFrom, Scored, cancellation);
        return new DrillResult(options, tracker?.Payments ?? 0, injected, highest, worst, worstSubject, alarms);

        (bool, bool) Next(Transaction payment)
        {
            if (!payments.MoveNext())
            {
                return (false, false);
            }

            Fill(payment, payments.Current, payments.Current.Payment.EventTimeMs >= injectFrom ? options.Injection : Injection.None);
            return (true, payments.Current.IsFraud);
        }

        void Scored(ReadOnlySpan<float> row, float score, Transaction payment)
        {
            if (payment.EventTimeMs < watchFrom)
            {
                builder.Add(row, score, payment);
                return;
            }

            tracker ??= new DriftTracker(model.Manifest with { Reference = builder.Build() }, drift, Changed);
            injected += payment.EventTimeMs >= injectFrom ? 1 : 0;
            tracker.Add(row, score, payment);
            highest = Math.Max(highest, tracker.DataDriftScore);
            if (tracker.Payments % drift.StepPayments() == 0)
            {
                foreach (var column in tracker.Columns().Where(static column => !column.IsExcluded && !column.IsUnjudged))
                {
                    var ratio = Math.Max(column.Distance.Psi / column.Limit.Psi, column.Distance.Js / column.Limit.Js);
                    ratio = column.Kind == DriftAlarmKind.Category ? ratio : Math.Max(ratio, column.Distance.Ks / column.Limit.Ks);
                    (worst, worstSubject) = ratio > worst ? (ratio, column.Subject) : (worst, worstSubject);
                }
            }
        }

        void Changed(DriftTracker source, DriftChange change)
        {
            if (change.IsRaised)
            {
                alarms.Add(new DrillAlarm(
                    injected == 0, change.Kind.ToString(), change.Subject, change.Measure, change.Value, change.Threshold,
                    injected == 0 ? source.Payments : injected));
            }
        }
    }

    /// <summary>Terminals have a source, as shops do: six in ten are tills, three online, one a cash machine.</summary>
    private static void Fill(Transaction into, FeedPayment from, Injection injection)
    {
        into.Id = from.Payment.Id;
        into.CardId = from.Payment.CardId;
        into.TerminalId = from.Payment.TerminalId;
        into.AmountMinor = from.Payment.AmountMinor;
        into.Currency = Currency.Euro;
        into.EventTimeMs = from.Payment.EventTimeMs;
        var source = (into.TerminalId.Utf8[^1] - (byte)'0') switch { < 6 => "pos"u8, < 9 => "online"u8, _ => "atm"u8 };
        into.Source.TrySet(source);
        if (injection == Injection.Amounts && source.SequenceEqual("online"u8))
        {
            into.AmountMinor += into.AmountMinor / 2;
        }
        else if (injection == Injection.Category && Last(into.Id.Utf8, 2) % 20 == 0)
        {
            into.Source.TrySet("wallet"u8);
        }
    }

    // Ids end in the payment's number.
    private static int Last(ReadOnlySpan<byte> id, int digits)
    {
        var number = 0;
        foreach (var digit in id[^Math.Min(digits, id.Length)..])
        {
            number = (number * 10) + (digit is >= (byte)'0' and <= (byte)'9' ? digit - (byte)'0' : 0);
        }

        return number;
    }
}
