using System.CommandLine;
using System.Globalization;
using Fraud.Cli.Arguments;
using Fraud.Cli.Config;
using Fraud.Cli.Feed;
using Fraud.Cli.Simulate;
using Fraud.Http;
using Fraud.Stream;
using Fraud.Stream.Formation;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Cli.Serve;

/// <summary><c>fraud serve</c>: the service, on embedded defaults unless told otherwise.</summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var given = new SettingArguments();
        var feed = new Option<bool>("--feed") { Description = "Feed it with simulated payments" };
        var noFeed = new Option<bool>("--no-feed") { Description = "Do not, even if --feed was given before" };
        var rate = new Option<double>("--rate") { Description = "Simulated payments a second", DefaultValueFactory = static _ => 50 };
        var noWelcome = new Option<bool>("--no-welcome") { Description = "Print the log and nothing else" };
        var command = new Command("serve", "Start the service") { feed, noFeed, rate, noWelcome };
        given.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var end = await Run(given.Read(result), result.GetValue(feed) && !result.GetValue(noFeed), result.GetValue(rate), !result.GetValue(noWelcome), cancellation);
            if (end is { ExitCode: not 0 })
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"fraud: {end.Reason}; start this node again");
            }

            return end?.ExitCode ?? 0;
        });
        return command;
    }

    /// <returns>Why it is no part of its cluster any more; null where there is none.</returns>
    private static async Task<FormationEnd?> Run(
        IReadOnlyDictionary<string, string?> settings, bool feed, double rate, bool welcome, CancellationToken stopping)
    {
        await using var server = Build(settings);
        try
        {
            await server.StartAsync(stopping);
        }
        catch (OptionsValidationException error)
        {
            throw Wrong(error.Failures);
        }
        catch (AggregateException error) when (error.InnerExceptions.All(static inner => inner is OptionsValidationException))
        {
            throw Wrong(error.InnerExceptions.SelectMany(static inner => ((OptionsValidationException)inner).Failures));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || server.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Asked to stop, or removed from its cluster, before it listened: what did start is stopped below.
        }

        var endpoint = server.Services.GetRequiredService<KafkaEndpoint>();
        var feeding = Task.CompletedTask;
        // A service that stops by itself ends its feed too.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, server.Lifetime.ApplicationStopping);
        try
        {
            await WaitRunning(server, ending.Token);
            if (welcome)
            {
                PrintWelcome(server, endpoint, feed, rate);
            }

            if (feed)
            {
                feeding = Watch(SimulatedFeed.RunAsync(
                    endpoint.BootstrapServers,
                    new SimulatedFeedOptions
                    {
                        Rate = rate,
                        Stalled = PrintStall,
                        Service = server.Services.GetRequiredService<KafkaOptions>(),
                        Client = server.Services.GetRequiredService<KafkaOptions>().Client.AsReadOnly(),
                    },
                    TimeProvider.System,
                    ending.Token));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop before it ran: drain what there is.
        }

        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.StopAsync(CancellationToken.None);
        return server.Services.GetRequiredService<FormationStatus>().Ended is { IsCompletedSuccessfully: true } ended ? await ended : null;
    }

    private static WebApplication Build(IReadOnlyDictionary<string, string?> settings)
    {
        try
        {
            return FraudServer.Build(settings);
        }
        catch (OptionsValidationException error)
        {
            throw Wrong(error.Failures);
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static UsageException Wrong(IEnumerable<string> mistakes) => new(string.Join("; ", mistakes));

    private static void PrintStall(FeedStall stall) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"feed: the service has taken nothing from {stall.Topic} for {stall.Lasted.TotalSeconds:0} s; {stall.Waiting} records wait for it, and the feed with them"));

    /// <summary>The service goes on without its feed, but not in silence.</summary>
    private static async Task Watch(Task feeding)
    {
        try
        {
            await feeding;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"feed: ended: {error.Message}");
        }
    }

    private static async Task WaitRunning(WebApplication server, CancellationToken stopping)
    {
        var graph = server.Services.GetRequiredService<GraphStatus>();
        while (graph.State != GraphState.Running)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stopping);
        }
    }

    private static void PrintWelcome(WebApplication server, KafkaEndpoint kafka, bool feed, double rate)
    {
        var url = server.Urls.First();
        var by = server.Services.GetRequiredService<ModelHolder>().Current.ScoredBy;
        var store = server.Services.GetRequiredService<IFraudStore>();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""

              Scoring payments with model {{by.Model}} version {{by.Version}}; results in {{store.Kind}}.

                service    {{url}}        (GET / lists the addresses)
                metrics    {{url}}/metrics
                Kafka      {{kafka.BootstrapServers}}{{(kafka.IsEmbedded ? "   in this process; its log is short and in memory" : "")}}
                feed       {{(feed ? $"{rate} simulated payments a second; alerts go to topic {server.Services.GetRequiredService<KafkaOptions>().AlertsTopic}" : "none")}}

              Try:

                curl -s {{url}}/predict -H 'Content-Type: application/json' \
                  -d '{"transaction_id":"try-1","card_id":"card-1","terminal_id":"terminal-1","amount":950.00,"currency":"EUR"}'

              Ctrl-C drains what is in flight and stops.

            """));
    }
}
