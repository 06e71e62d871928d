using System.Text.Json;
using Confluent.Kafka;
using Fraud.Cli;
using Fraud.Stream.Embedded;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Labels;

public sealed class LabelsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("labels import", "Required argument missing for command: 'import'")]
    [InlineData("labels import /no/such/file", "FILE: expected a file that exists, or -")]
    [InlineData("labels import - --kafka here", "--kafka: expected host:port")]
    [InlineData("labels import - --kafka localhost:1 --postgres x", "--postgres: expected not to be given together with --kafka")]
    [InlineData("cluster up --nodes 0", "--nodes: expected a whole number from 1 to 12")]
    [InlineData("cluster up --nodes 13", "--nodes: expected a whole number from 1 to 12")]
    [InlineData("cluster up --nodes 3 --partitions 2", "--nodes: expected at most as many as --partitions")]
    [InlineData("cluster up --set Kafka", "--set: expected SECTION:NAME=VALUE")]
    [InlineData("cluster up --rate -1", "--rate: expected a number from 0")]
    [InlineData("cluster status --url node", "--url: expected an address")]
    public async Task Run_WrongArguments_IsOneLineAndTwo(string arguments, string message)
    {
        var (exit, _, error) = await Run(arguments.Split(' '));

        Assert.Equal(2, exit);
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_File_IsInTheTopicInItsOrder()
    {
        await using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions { Topics = { ["fraud_labels"] = 1 } });
        var lines = Enumerable.Range(0, 2_500).Select(static i => $"t-{i},{i % 2}");
        var file = await Write("transaction_id,is_fraud\n" + string.Join('\n', lines));

        var (exit, output, error) = await Run(["labels", "import", file, "--kafka", broker.BootstrapServers, "--json"]);

        Assert.Equal((0, ""), (exit, error));
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(2_500, result.GetProperty("labels").GetInt32());
        Assert.Equal(1_250, result.GetProperty("frauds").GetInt32());
        Assert.Equal(
            Enumerable.Range(0, 2_500).Select(static i => ($"t-{i}", i % 2 == 1)),
            Consume(broker.BootstrapServers, 2_500).Select(static json => (
                json.GetProperty("transaction_id").GetString()!, json.GetProperty("is_fraud").GetBoolean())));
    }

    [Fact]
    public async Task Import_FileWithAMistake_SendsNothing()
    {
        await using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions { Topics = { ["fraud_labels"] = 1 } });
        var file = await Write("transaction_id,is_fraud\nt-1,1\nt-2,2\n");

        var (exit, output, error) = await Run(["labels", "import", file, "--kafka", broker.BootstrapServers]);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("line 3: is_fraud: expected true, false, 1 or 0", error, StringComparison.Ordinal);
        using var consumer = Consumer(broker.BootstrapServers);
        Assert.Equal(0, consumer.QueryWatermarkOffsets(new TopicPartition("fraud_labels", 0), TimeSpan.FromSeconds(10)).High.Value);
    }

    [Fact]
    public async Task Import_DryRun_NeedsNoBroker()
    {
        var file = await Write("transaction_id,is_fraud\nt-1,1\n");

        var (exit, output, _) = await Run(["labels", "import", file, "--dry-run"]);

        Assert.Equal(0, exit);
        Assert.Contains("1 labels, 1 of them frauds, to nowhere", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_NotUtf8_NamesTheLine()
    {
        var file = _folder.File("latin.csv");
        await File.WriteAllBytesAsync(file, [.. "transaction_id,is_fraud\n"u8, 0xE9, .. ",1\n"u8]);

        var (exit, _, error) = await Run(["labels", "import", file, "--dry-run"]);

        Assert.Equal(1, exit);
        Assert.Contains("expected UTF-8", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> Write(string text)
    {
        var file = _folder.File("labels.csv");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private static List<JsonElement> Consume(string brokers, int count)
    {
        using var consumer = Consumer(brokers);
        consumer.Assign(new TopicPartitionOffset("fraud_labels", 0, Offset.Beginning));
        var records = new List<JsonElement>();
        while (records.Count < count && consumer.Consume(TimeSpan.FromSeconds(10)) is { } record)
        {
            records.Add(JsonDocument.Parse(record.Message.Value).RootElement);
        }

        return records;
    }

    private static IConsumer<byte[], byte[]> Consumer(string brokers) => new ConsumerBuilder<byte[], byte[]>(
        new ConsumerConfig { BootstrapServers = brokers, GroupId = "look" }).Build();

    private static async Task<(int Exit, string Output, string Error)> Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync(arguments, output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
