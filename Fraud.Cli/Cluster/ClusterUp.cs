using System.Globalization;
using System.Net.Http.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;
using Fraud.Cli.Labels;
using Fraud.Cli.Simulate;
using Fraud.Http.Cluster;
using Fraud.Stream.CardNumbers;

namespace Fraud.Cli.Cluster;

/// <summary>
/// A whole cluster on this machine, for trying out: store, broker and nodes are processes of their own, so that each
/// can be killed. Says when one ended; nodes that were killed, failed or were removed are started again. Stops what it started and
/// nothing else.
/// </summary>
internal sealed class ClusterUp(UpOptions options, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(100);

    // Above Lifecycle:DrainTimeout and what the host adds to it.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LongestBrokerStop = TimeSpan.FromSeconds(10);

    // Connections of one node at its busiest, with room to look around in.
    private const int ConnectionsPerNode = 20;

    private readonly List<KeptNode> _nodes = [];
    private readonly Lock _printing = new();
    private volatile bool _stopping;
    private OwnPostgres? _postgres;
    private ChildProcess? _broker;
    private Task _feeding = Task.CompletedTask;

    /// <summary>Runs until stopped, or until no node is left.</summary>
    /// <returns>Whether everything ended as it should.</returns>
    public async Task<bool> Run(CancellationToken stopping)
    {
        using var feedEnds = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var isGood = true;
        try
        {
            await Start(stopping);
            PrintWelcome();
            if (options.Rate > 0)
            {
                _feeding = Feed(feedEnds.Token);
            }

            var stopped = new TaskCompletionSource();
            await using (stopping.Register(stopped.SetResult))
            {
                await Task.WhenAny(stopped.Task, Task.WhenAll(_nodes.Select(static node => node.Ended)));
            }

            if (!stopping.IsCancellationRequested)
            {
                Say("cluster", "no node is left");
                isGood = false;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while it started.
        }
        finally
        {
            _stopping = true;
            await feedEnds.CancelAsync();
            isGood &= await Stop();
        }

        return isGood;
    }

    private async Task Start(CancellationToken stopping)
    {
        if (options.Postgres is null)
        {
            Say("cluster", $"starting PostgreSQL in {options.Data}");
            _postgres = await OwnPostgres.Start(options.Data, 30 + (options.Nodes * ConnectionsPerNode), time, stopping);
            Watch(_postgres.Process, "the nodes wait for their store until it is back; stop with Ctrl-C");
        }

        var kafka = options.Kafka;
        if (kafka is null)
        {
            if (_postgres is not null)
            {
                await _postgres.ForgetOffsets(stopping);
            }

            var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _broker = await ChildProcess.Start(
                "broker",
                [.. Self(), "broker", "--partitions", Text(options.Partitions)],
                new Dictionary<string, string>(),
                null,
                ChildProcess.Terminate,
                line =>
                {
                    if (line.StartsWith("Kafka ", StringComparison.Ordinal))
                    {
                        address.TrySetResult(line["Kafka ".Length..]);
                    }
                    else
                    {
                        Say("broker", line);
                    }
                });
            Watch(_broker, "the nodes go on over HTTP without it; what was in its log is gone");
            await Task.WhenAny(address.Task, _broker.Exited).WaitAsync(LongestStart, time, stopping);
            kafka = address.Task.IsCompleted ? await address.Task : throw new CommandException("the broker ended while it started");
        }

        Kafka = kafka;
        await StartNodes(kafka, stopping);
    }

    private string Kafka { get; set; } = "";

    private async Task StartNodes(string kafka, CancellationToken stopping)
    {
        for (var number = 1; number <= options.Nodes; number++)
        {
            var name = $"node-{Text(number)}";
            // In the environment, where no list of processes shows passwords.
            var environment = new Dictionary<string, string>
            {
                ["Http__Urls"] = UrlOf(number),
                ["Cluster__NodeName"] = name,
                ["Storage__Kind"] = "Postgres",
                ["Storage__Postgres"] = options.Postgres ?? _postgres!.ConnectionString,
                ["Kafka__BootstrapServers"] = kafka,
                ["Kafka__Partitions"] = Text(options.Partitions),
            };
            if (!CardNumbers.HasKey())
            {
                environment["CardNumbers__TokenKeyFile"] = TokenKeySource.MakeOnce(Path.GetFullPath(Path.Combine(options.Data, TokenKeySource.FileName)));
            }

            if (options.Kafka is null)
            {
                // Our broker needs nearly twice as long to give a dead node's partitions away: this is seven seconds.
                environment["Kafka__SessionTimeout"] = "00:00:04";
            }

            var node = new KeptNode(
                name, [.. Self(), "serve", "--no-welcome", .. options.Settings.SelectMany(static setting => (string[])["--set", setting])], environment, Say, time);
            await node.Start();
            _nodes.Add(node);
        }

        using var http = ApiKey.Client(TimeSpan.FromSeconds(5));
        using var deadline = new CancellationTokenSource(LongestStart, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        for (var number = 1; number <= options.Nodes; number++)
        {
            await WaitReady(http, _nodes[number - 1], new Uri(UrlOf(number) + "/health/ready"), waiting.Token, stopping);
        }

        await WaitOpen(http, waiting.Token, stopping);
    }

    /// <summary>A node is ready before Kafka gives it shards: wait until all have their place, so that what is printed is so.</summary>
    private async Task WaitOpen(HttpClient http, CancellationToken waiting, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var report = await http.GetFromJsonAsync<ClusterReport>(new Uri(UrlOf(1) + "/cluster"), ClusterReport.Json, waiting);
                if (report!.Shards.All(static shard => shard.State == ShardState.Open)
                    && report.Nodes.Count(static node => node.Open > 0) >= options.Nodes)
                {
                    return;
                }

                await Task.Delay(ReadyPoll, time, waiting);
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            throw new CommandException($"not all shards were served within {LongestStart.TotalSeconds:0} s; what the nodes said is above", error);
        }
    }

    private async Task WaitReady(HttpClient http, KeptNode node, Uri ready, CancellationToken waiting, CancellationToken stopping)
    {
        while (true)
        {
            if (node.Ended.IsCompleted)
            {
                throw new CommandException($"{node.Name} ended while it started; what it said is above");
            }

            try
            {
                using var answer = await http.GetAsync(ready, waiting);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                await Task.Delay(ReadyPoll, time, waiting);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                await Task.Delay(ReadyPoll, time, waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (!waiting.IsCancellationRequested)
            {
                // No answer in time: asked again.
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                throw new CommandException($"{node.Name} was not ready within {LongestStart.TotalSeconds:0} s; {ready} says why");
            }

            if (waiting.IsCancellationRequested)
            {
                stopping.ThrowIfCancellationRequested();
                throw new CommandException($"{node.Name} was not ready within {LongestStart.TotalSeconds:0} s; {ready} says why");
            }
        }
    }

    private async Task<bool> Stop()
    {
        await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var alive = _nodes.Where(static node => !node.Ended.IsCompleted).ToArray();
        if (alive.Length > 0)
        {
            Say("cluster", $"stopping {Text(alive.Length)} nodes: they drain and hand their shards back");
        }

        var isGood = true;
        foreach (var (node, wrong) in alive.Zip(await Task.WhenAll(alive.Select(node => node.Stop(LongestDrain)))))
        {
            if (wrong is not null)
            {
                isGood = false;
                Say("cluster", $"{node.Name} {wrong}");
            }
        }

        if (_broker is not null)
        {
            isGood &= await _broker.Stop(ChildProcess.Terminate, LongestBrokerStop, time);
            _broker.Dispose();
        }

        if (_postgres is not null)
        {
            isGood &= await _postgres.Stop();
            _postgres.Dispose();
        }

        _nodes.ForEach(static node => node.Dispose());
        Say("cluster", "stopped");
        return isGood;
    }

    private void Watch(ChildProcess child, string meaning) => _ = child.Exited.ContinueWith(
        ended =>
        {
            if (!_stopping)
            {
                Say("cluster", $"{child.Name} ended with {Text(ended.Result)}: {meaning}");
            }
        },
        CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task Feed(CancellationToken stopping)
    {
        try
        {
            var feed = new SimulatedFeedOptions { Rate = options.Rate, Stalled = SayStall };
            await SimulatedFeed.RunAsync(Kafka, feed, time, stopping);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The cluster goes on without its feed, but not in silence.
            Say("feed", $"ended: {error.Message}");
        }
    }

    private void SayStall(FeedStall stall) => Say("feed", string.Create(
        CultureInfo.InvariantCulture,
        $"nothing was taken from {stall.Topic} for {stall.Lasted.TotalSeconds:0} s; {stall.Waiting} records wait"));

    private void PrintWelcome()
    {
        var nodes = string.Join("\n", Enumerable.Range(1, options.Nodes).Select(number => string.Create(
            CultureInfo.InvariantCulture, $"    node-{number}     {UrlOf(number)}   process {_nodes[number - 1].Id}")));
        var url = UrlOf(1);
        Print($$"""

              {{options.Nodes}} nodes share {{options.Partitions}} shards.

            {{nodes}}
                Kafka      {{Kafka}}{{(_broker is null ? "" : $"   process {Text(_broker.Id)}; its log is short and in memory")}}
                store      {{(_postgres is null ? "PostgreSQL as given" : $"PostgreSQL in {options.Data}, process {Text(_postgres.Process.Id)}")}}
                feed       {{(options.Rate > 0 ? Text(options.Rate) + " simulated payments a second" : "none")}}

              Who serves what, live:

                {{url}}/cluster/page
                {{string.Join(' ', Self().Select(Shown))}} cluster status --watch --url {{url}}

              Any node takes any payment:

                curl -si {{UrlOf(options.Nodes)}}/predict -H 'Content-Type: application/json' \
                  -d '{"transaction_id":"try-1","card_id":"card-1","terminal_id":"terminal-1","amount":950.00,"currency":"EUR"}'

              Take one away (it is started again after {{Text((int)KeptNode.AgainAfter.TotalSeconds)}} s):  kill -9 {{_nodes[^1].Id}}

              Ctrl-C drains every node and stops; once more ends at once.

            """);
    }

    private string UrlOf(int number) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port + number - 1}");

    private void Say(string who, string what) => Print($"{who,-9} {what}");

    private void Print(string text)
    {
        lock (_printing)
        {
            output.WriteLine(text);
        }
    }

    /// <summary>How this program is started.</summary>
    private static string[] Self()
    {
        var program = typeof(FraudCommand).Assembly.Location;
        var host = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(host) == "fraud"
            ? [host!]
            : [Path.GetFileNameWithoutExtension(host) == "dotnet" ? host! : "dotnet", program];
    }

    // As one would type it, from the current folder.
    private static string Shown(string part) =>
        Path.GetFileName(part) == "dotnet" ? "dotnet" : Path.GetRelativePath(Environment.CurrentDirectory, part) is var near && near.Length < part.Length ? near : part;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
