using System.Globalization;
using System.Text.Json;
using Fraud.Cli;
using Fraud.Model.Training;
using Fraud.Stream.State;
using Fraud.Tests.Cli.Feed;

namespace Fraud.Tests.Cli.Replay;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"replay-{Guid.NewGuid():N}.csv");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        File.Delete(_file);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Replay_Handbook_ArrivesWithKeysOrderAndLabels()
    {
        using var broker = new FeedBroker();
        await File.WriteAllLinesAsync(_file, [HandbookReader.Header, .. Enumerable.Range(0, 300).Select(Line)]);

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0", "--json");

        Assert.True(exit == 0, _error.ToString());
        using var report = JsonDocument.Parse(_output.ToString());
        Assert.Equal(300, report.RootElement.GetProperty("payments").GetInt64());
        Assert.Equal(30, report.RootElement.GetProperty("labels").GetInt64());
        var records = broker.Read("transactions", 300);
        Assert.Equal(300, records.Count);
        Assert.Equal(
            """{"transaction_id":"0","card_id":"0","terminal_id":"0","amount":0.05,"event_time":1522540800}""",
            records.Single(static record => Id(record) == 0).Value);
        Assert.All(records.GroupBy(static record => record.Key), static card =>
        {
            Assert.Equal(card.Select(Id).Order(), card.Select(Id));
            Assert.All(card, record => Assert.Equal(Id(record) % 17, int.Parse(card.Key, CultureInfo.InvariantCulture)));
            var shard = new ShardRouter(FeedBroker.Partitions).ShardOf(System.Text.Encoding.UTF8.GetBytes(card.Key));
            Assert.All(card, record => Assert.Equal(shard, record.Partition));
        });
        var labels = broker.Read("fraud_labels", 30);
        Assert.Equal(
            """{"transaction_id":"9","card_id":"9","terminal_id":"4","event_time":1522540809,"is_fraud":true}""",
            labels[0].Value);
        Assert.Equal("9", labels[0].Key);
        Assert.Equal(30, labels.Count);
    }

    [Fact]
    public async Task Replay_SkipLimitNoLabels_SendsThatPart()
    {
        using var broker = new FeedBroker();
        await File.WriteAllLinesAsync(_file, [HandbookReader.Header, .. Enumerable.Range(0, 50).Select(Line)]);

        var exit = await RunAsync(
            "replay", _file, "--kafka", broker.Address, "--wait", "0", "--skip", "20", "--limit", "10", "--no-labels");

        Assert.True(exit == 0, _error.ToString());
        Assert.StartsWith("10 payments (10 accepted", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(20, 10), broker.Read("transactions", 10).Select(Id).Order());
    }

    [Fact]
    public async Task Replay_BlankLinesAndAMark_ArePassedOver()
    {
        using var broker = new FeedBroker();
        await File.WriteAllTextAsync(_file, $"\uFEFF{HandbookReader.Header}\r\n{Line(0)}\r\n\r\n{Line(1)}\r\n \t\r\n\r\n");

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0");

        Assert.True(exit == 0, _error.ToString());
        Assert.Equal([0, 1], broker.Read("transactions", 2).Select(Id).Order());
    }

    [Fact]
    public async Task Replay_BlankLastLineOfACardFile_IsPassedOver()
    {
        using var broker = new FeedBroker();
        var row = string.Join(',', Enumerable.Range(0, 30)) + ",0";
        await File.WriteAllTextAsync(_file, "Time," + string.Join(',', Enumerable.Range(1, 28).Select(static number => $"V{number}")) + $",Amount,Class\n{row}\n\n");

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0");

        Assert.True(exit == 0, _error.ToString());
        Assert.Single(broker.Read("transactions", 1));
    }

    [Fact]
    public async Task Replay_OtherTopics_ArriveThere()
    {
        using var broker = new FeedBroker("payments.in", "labels.in");
        await File.WriteAllLinesAsync(_file, [HandbookReader.Header, .. Enumerable.Range(0, 10).Select(Line)]);

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0", "--topic", "payments.in", "--label-topic", "labels.in");

        Assert.True(exit == 0, _error.ToString());
        Assert.Equal(10, broker.Read("payments.in", 10).Count);
        Assert.Single(broker.Read("labels.in", 1));
    }

    [Fact]
    public async Task Replay_CardFile_CarriesThirtyFeatures()
    {
        using var broker = new FeedBroker();
        var features = string.Join(',', Enumerable.Range(1, 28).Select(static number => $"-0.{number}"));
        await File.WriteAllLinesAsync(
            _file,
            [
                "\"Time\"," + string.Join(',', Enumerable.Range(1, 28).Select(static number => $"\"V{number}\"")) + ",\"Amount\",\"Class\"",
                $"60,{features},149.62,\"1\"",
            ]);

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0");

        Assert.True(exit == 0, _error.ToString());
        using var record = JsonDocument.Parse(Assert.Single(broker.Read("transactions", 1)).Value);
        var values = record.RootElement.GetProperty("features").EnumerateArray().Select(static value => value.GetSingle()).ToArray();
        Assert.Equal((30, 60f, -0.28f, 149.62f), (values.Length, values[0], values[28], values[29]));
        Assert.Equal(149.62m, record.RootElement.GetProperty("amount").GetDecimal());
        Assert.Single(broker.Read("fraud_labels", 1));
    }

    [Theory]
    [InlineData("no,such,header", "line 1")]
    [InlineData(HandbookReader.Header + "\n1,2,3", "line 2")]
    public async Task Replay_DamagedFile_NamesTheLine(string content, string line)
    {
        using var broker = new FeedBroker();
        await File.WriteAllTextAsync(_file, content);

        var exit = await RunAsync("replay", _file, "--kafka", broker.Address, "--wait", "0");

        Assert.Equal(1, exit);
        Assert.Contains(line, Assert.Single(_error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => FraudCommand.RunAsync(arguments, _output, _error, default);

    private static string Line(int number) =>
        $"{number},{1_522_540_800 + number},{number % 17},{number % 5},{number % 9}.05,{(number % 10 == 9 ? 1 : 0)},{(number % 10 == 9 ? 1 : 0)}";

    private static int Id(FeedBroker.Record record)
    {
        using var json = JsonDocument.Parse(record.Value);
        return int.Parse(json.RootElement.GetProperty("transaction_id").GetString()!, CultureInfo.InvariantCulture);
    }
}
