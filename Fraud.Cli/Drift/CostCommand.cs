using System.CommandLine;
using System.Globalization;
using Fraud.Model;
using Fraud.Model.Drift;
using Fraud.Model.Registry;
using Fraud.Stream.Drift;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift cost</c>: what watching a model takes of time and memory here.</summary>
internal static class CostCommand
{
    private const int ReferenceRows = 50_000;
    private const int Payments = 4_000_000;
    private const int Different = 4_096;

    public static Command Create()
    {
        var model = DriftCommand.Model();
        var command = new Command("cost", "Measure what watching takes for each payment, and its memory.") { model };
        command.SetAction((arguments, stopping) =>
        {
            var manifest = ModelManifest.Read(arguments.GetValue(model)!.FullName);
            var random = new Random(1);
            var rows = Enumerable.Range(0, Different)
                .Select(_ => Enumerable.Range(0, manifest.Inputs.Count).Select(_ => random.NextSingle() * 100).ToArray())
                .ToArray();
            var payments = Enumerable.Range(0, Different).Select(i => PaymentOf(i, random)).ToArray();
            var builder = new ReferenceBuilder([.. manifest.Inputs.Select(static input => input.Name)]);
            for (var i = 0; i < ReferenceRows; i++)
            {
                builder.Add(rows[i % Different], random.NextSingle(), payments[i % Different]);
            }

            var watched = manifest with { Reference = builder.Build() };
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var tracker = new DriftTracker(watched, new DriftOptions(), static (_, _) => { });
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            // Once to compile and fill, once to measure.
            Run(tracker, rows, payments, Payments / 4, stopping);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = TimeProvider.System.GetTimestamp();
            Run(tracker, rows, payments, Payments, stopping);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            arguments.InvocationConfiguration.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{manifest.Inputs.Count} inputs, score, source, currency and amounts of 3 sources: {elapsed.TotalNanoseconds / Payments:0} ns a payment, looks included; {allocated / (double)Payments:0.0} bytes allocated a payment; {bytes / 1024:0} kB held"));
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Run(DriftTracker tracker, float[][] rows, Transaction[] payments, int count, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % Different == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            tracker.Add(rows[i % Different], rows[i % Different][0] / 100, payments[i % Different]);
        }
    }

    private static Transaction PaymentOf(int number, Random random)
    {
        var payment = new Transaction
        {
            AmountMinor = random.Next(100_00),
            Currency = Currency.Euro,
            EventTimeMs = 1_532_476_800_000 + (number * 120_000L),
        };
        payment.Source.TrySet((number % 3) switch { 0 => "pos"u8, 1 => "online"u8, _ => "atm"u8 });
        return payment;
    }
}
