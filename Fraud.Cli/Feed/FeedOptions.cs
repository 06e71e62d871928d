using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Stream.Ingest;

namespace Fraud.Cli.Feed;

/// <summary>The options that <c>simulate</c> and <c>replay</c> share: where to, how much, how it is reported.</summary>
internal sealed class FeedOptions
{
    private static readonly KafkaOptions Usual = new();

    private readonly Option<string> _to = Options.Word("--to", "where the payments go", "kafka", "kafka", "http");
    private readonly Option<string> _kafka = Options.Brokers("--kafka", "brokers, for --to kafka", "localhost:9092");
    private readonly Option<Dictionary<string, string>> _client = Options.Pairs(
        "--kafka-client", "a setting of the Kafka client by librdkafka's name; may be repeated");

    private readonly Option<string> _topic = Options.Name("--topic", "the topic of payments, as Kafka:TransactionsTopic has it (--to kafka)", "TOPIC", Usual.TransactionsTopic);
    private readonly Option<string> _labelTopic = Options.Name("--label-topic", "the topic of labels, as Kafka:LabelsTopic has it (--to kafka)", "TOPIC", Usual.LabelsTopic);
    private readonly Option<string> _group = Options.Name("--group", "the service's group, as Kafka:GroupId has it (--to kafka)", "GROUP", Usual.GroupId);

    private readonly Option<Uri> _url = Options.Address("--url", "the service, for --to http", "http://127.0.0.1:8000");
    private readonly Option<long> _batch = Options.Whole("--batch", "payments in a request at most, for --to http", 1, 1, 1_000);
    private readonly Option<long> _connections = Options.Whole("--connections", "connections, for --to http", 8, 1, 1_024);
    private readonly Option<bool> _retry = Options.Flag("--retry", "send again what was shed, when Retry-After says so (--to http)");
    private readonly Option<long> _maxInFlight = Options.Whole(
        "--max-in-flight", "records sent and not yet committed by the service, 0 for no limit (--to kafka)", 20_000, 0, int.MaxValue);

    private readonly Option<TimeSpan> _wait = Options.Duration(
        "--wait", "how long to wait for a service that stands still, 0 not to wait at the end (--to kafka)", TimeSpan.FromSeconds(60));

    private readonly Option<bool> _labels = Options.Flag("--labels", "send each fraud's label (default; --to kafka)");
    private readonly Option<bool> _noLabels = Options.Flag("--no-labels", "send no labels");
    private readonly Option<bool> _json = Options.Json();

    public void AddTo(Command command)
    {
        Option[] all = [_to, _kafka, _client, _topic, _labelTopic, _group, _url, _batch, _connections, _retry, _maxInFlight, _wait, _labels, _noLabels, _json];
        Array.ForEach(all, command.Options.Add);
    }

    /// <summary>Connects, runs the feed with progress on standard error and prints the report.</summary>
    /// <param name="expected">Payments in all, when that is known.</param>
    public async Task RunAsync(
        ParseResult arguments,
        IEnumerable<FeedPayment> source,
        Func<IPaymentFeeder, FeedRun> run,
        long? expected,
        CancellationToken stopping)
    {
        Check(arguments);
        var json = arguments.GetValue(_json);
        await using var feeder = await ConnectAsync(arguments, stopping);
        var report = await FeedProgress.ShowAsync(
            () => run(feeder).RunAsync(source, stopping),
            () => feeder.Totals,
            expected,
            json ? TextWriter.Null : arguments.InvocationConfiguration.Error,
            TimeProvider.System);
        await arguments.InvocationConfiguration.Output.WriteLineAsync(json ? report.ToJson() : report.ToString());
        if (report.Failed > 0)
        {
            var remedy = feeder is HttpFeeder { Remedy: { } text } ? $": {text}" : "";
            throw new CommandException($"expected all payments to be taken; {report.Failed} failed{remedy}");
        }
    }

    private void Check(ParseResult arguments)
    {
        if (arguments.GetValue(_labels) && arguments.GetValue(_noLabels))
        {
            throw new UsageException("--no-labels: expected not to be given together with --labels");
        }

        if (arguments.GetValue(_labels) && arguments.GetValue(_to) == "http")
        {
            throw new UsageException("--labels: expected --to kafka, where the label topic is");
        }
    }

    private async Task<IPaymentFeeder> ConnectAsync(ParseResult arguments, CancellationToken stopping)
    {
        if (arguments.GetValue(_to) == "http")
        {
            return new HttpFeeder(
                new HttpFeederOptions
                {
                    Address = arguments.GetValue(_url)!,
                    Batch = (int)arguments.GetValue(_batch),
                    Connections = (int)arguments.GetValue(_connections),
                    Retry = arguments.GetValue(_retry),
                },
                TimeProvider.System);
        }

        var options = new KafkaFeederOptions
        {
            BootstrapServers = arguments.GetValue(_kafka)!,
            Client = arguments.GetValue(_client) ?? [],
            Topic = arguments.GetValue(_topic)!,
            LabelTopic = arguments.GetValue(_labelTopic)!,
            Group = arguments.GetValue(_group)!,
            Labels = !arguments.GetValue(_noLabels),
            MaxInFlight = (int)arguments.GetValue(_maxInFlight),
            Wait = arguments.GetValue(_wait),
        };
        return await KafkaFeeder.ConnectAsync(options, TimeProvider.System, stopping);
    }
}
