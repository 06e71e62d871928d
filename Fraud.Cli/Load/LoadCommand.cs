using System.CommandLine;
using Fraud.Benchmarks.Load;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Load;

/// <summary><c>fraud load</c>: requests at fixed times, and what became of each.</summary>
public static class LoadCommand
{
    public static Command Create()
    {
        var defaults = new LoadOptions { Address = new Uri("http://127.0.0.1:8000/predict") };
        var url = Options.Address("--url", "endpoint that takes POST, http only", defaults.Address.ToString());
        var rate = Options.Number("--rate", "requests a second, 0 for as fast as they are answered", defaults.Rate, 0, 10_000_000);
        var duration = Options.Duration("--duration", "how long, such as 30s or 5m", defaults.Duration);
        var connections = Options.Whole("--connections", "connections, one request at a time on each", defaults.Connections, 1, 4_096);
        var timeout = Options.Duration("--timeout", "longest wait for an answer", defaults.Timeout);
        var cards = Options.Whole("--cards", "cards that the payments are spread over", defaults.Cards, 1, 99_999_999);
        var body = new Option<FileInfo>("--body") { Description = "body of each request; {id} and {card} in it are replaced" };
        body.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo>() is { Exists: false })
            {
                result.AddError("--body: expected a file that exists");
            }
        });
        var json = Options.Json();

        var command = new Command("load", "Send requests at fixed times and report what became of them, with latencies.")
        {
            url, rate, duration, connections, timeout, cards, body, json,
        };
        command.SetAction(async (arguments, stopping) =>
        {
            var options = new LoadOptions
            {
                Address = arguments.GetValue(url)!,
                Rate = arguments.GetValue(rate),
                Duration = arguments.GetValue(duration),
                Connections = (int)arguments.GetValue(connections),
                Timeout = arguments.GetValue(timeout),
                Cards = (int)arguments.GetValue(cards),
                ApiKey = ApiKey.Read(),
                Body = arguments.GetValue(body) is { } file ? await File.ReadAllBytesAsync(file.FullName, stopping) : null,
            };
            Check(options);
            var report = await LoadRun.RunAsync(options, TimeProvider.System, stopping);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(arguments.GetValue(json) ? report.ToJson() : report.ToString());
            return 0;
        });
        return command;
    }

    private static void Check(LoadOptions options)
    {
        if (options.Address.Scheme != Uri.UriSchemeHttp)
        {
            throw new UsageException("--url: expected an address that starts with http://");
        }

        if (options.Duration == TimeSpan.Zero || options.Timeout == TimeSpan.Zero)
        {
            throw new UsageException("--duration, --timeout: expected more than 0");
        }
    }
}
