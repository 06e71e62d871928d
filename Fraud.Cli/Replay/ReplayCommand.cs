using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;

namespace Fraud.Cli.Replay;

/// <summary><c>fraud replay FILE</c>: recorded payments to Kafka or HTTP, at a multiple of real time or flat out.</summary>
public static class ReplayCommand
{
    private const int Interrupted = 130;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "handbook CSV or 30-column card CSV, also .gz; told apart by the header",
        };
        file.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo>() is not { Exists: true })
            {
                result.AddError("FILE: expected a file that exists");
            }
        });
        var speed = Options.Number("--speed", "times real time, 0 for flat out", 0, 0, 1e12);
        var limit = Options.Whole("--limit", "end after so many payments", null, 1);
        var skip = Options.Whole("--skip", "leave out so many payments at the start", 0, 0);
        var feed = new FeedOptions();

        var command = new Command("replay", "Feed recorded payments with their own event times.") { file, speed, limit, skip };
        feed.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var time = TimeProvider.System;
            long? count = arguments.GetResult(limit) is null ? null : arguments.GetValue(limit);
            await feed.RunAsync(
                arguments,
                PaymentFile.Read(arguments.GetValue(file)!.FullName, arguments.GetValue(skip)),
                feeder => new FeedRun(feeder, FeedPace.AtSpeed(arguments.GetValue(speed), time), time) { Count = count },
                count,
                stopping);
            return stopping.IsCancellationRequested ? Interrupted : 0;
        });
        return command;
    }
}
