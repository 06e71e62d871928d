using System.CommandLine;
using System.Globalization;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;

namespace Fraud.Cli.Simulate;

/// <summary><c>fraud simulate</c>: payments of simulated customers, with known frauds, to Kafka, HTTP or a file.</summary>
public static class SimulateCommand
{
    // As many as the handbook's file has, so that the trainer's days are among them.
    private const int FileDays = 183;

    public static Command Create()
    {
        var defaults = new SimulatorOptions();
        var rate = Options.Number("--rate", "payments a second, 0 for flat out", 100, 0, 10_000_000);
        var count = Options.Whole("--count", "end after so many payments", null, 1);
        var duration = Options.Duration("--duration", "end after this time, such as 30s or 5m", null);
        var seed = Options.Whole("--seed", "the same seed makes the same payments", 0, int.MinValue, int.MaxValue);
        var share = Options.Number("--fraud-share", "share of payments that are frauds", defaults.FraudShare, 0, 0.5);
        var customers = Options.Whole("--customers", "customers", defaults.Customers, 1, 10_000_000);
        var terminals = Options.Whole("--terminals", "terminals", defaults.Terminals, 1, 10_000_000);
        var days = Options.Whole("--days", "end after so many simulated days", null, 1, 100_000);
        var start = Options.Moment("--start", "first simulated day", defaults.Start);
        var simulatedTime = Options.Flag("--simulated-time", "event times of the simulation (default: now)");
        var file = new Option<string>("--file")
        {
            Description = "write them to this file (.csv or .csv.gz) for 'fraud train' and 'fraud replay' in place of sending them; 183 days where --days says nothing else",
            HelpName = "FILE",
        };
        var feed = new FeedOptions();

        var command = new Command("simulate", "Feed simulated payments with known frauds, until Ctrl-C or a given end.")
        {
            rate, count, duration, seed, share, customers, terminals, days, start, simulatedTime, file,
        };
        feed.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var time = TimeProvider.System;
            var options = new SimulatedFeedOptions
            {
                SimulatedTime = arguments.GetValue(simulatedTime),
                Simulator = new SimulatorOptions
                {
                    Customers = (int)arguments.GetValue(customers),
                    Terminals = (int)arguments.GetValue(terminals),
                    Days = arguments.GetResult(days) is null ? null : (int)arguments.GetValue(days),
                    Start = arguments.GetValue(start),
                    FraudShare = arguments.GetValue(share),
                    Seed = (int)arguments.GetValue(seed),
                },
            };
            long? limit = arguments.GetResult(count) is null ? null : arguments.GetValue(count);
            if (arguments.GetValue(file) is { Length: > 0 } name)
            {
                var simulator = new PaymentSimulator(options.Simulator with { Days = options.Simulator.Days ?? FileDays });
                var payments = limit is { } most ? simulator.Payments().TakeWhile(payment => payment.Number < most) : simulator.Payments();
                var (rows, frauds) = await Task.Run(() => SimulatedFile.Write(name, payments, stopping), CancellationToken.None);
                await arguments.InvocationConfiguration.Output.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{name}: {rows:N0} payments, {frauds:N0} of them frauds"));
                return 0;
            }

            await feed.RunAsync(
                arguments,
                SimulatedFeed.Payments(options, time),
                feeder => new FeedRun(feeder, FeedPace.AtRate(arguments.GetValue(rate), time), time)
                {
                    Count = limit,
                    Duration = arguments.GetResult(duration) is null ? null : arguments.GetValue(duration),
                    StampNow = !options.SimulatedTime,
                },
                limit,
                stopping);
            return 0;
        });
        return command;
    }
}
