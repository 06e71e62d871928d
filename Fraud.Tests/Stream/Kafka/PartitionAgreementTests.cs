using System.Text;
using Confluent.Kafka;
using Fraud.Faults.Processes;
using Fraud.Stream.State;
using Fraud.Tests.Support;
using Xunit.Abstractions;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>
/// Other people's clients place a card where the front door looks for it: what they produced to a real broker lies in
/// the partition that <see cref="ShardRouter"/> names.
/// </summary>
[Collection(RealKafkaCollection.Name)]
public sealed class PartitionAgreementTests(RealCluster cluster, ITestOutputHelper output)
{
    private const int Keys = 10_000;

    // '\n' ends a record for both programs and the tab its key.
    private static readonly string[] Alphabets =
    [
        "0123456789",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/ ",
        "äöüßéèñçøåæœłşğıžđ",
        "кредитнаякарта日本語カード卡片بطاقة",
        "😀💳🏦🧾",
    ];

    [Fact]
    public async Task Kcat_RandomKeys_LandInTheShardOfTheRouter()
    {
        const string topic = "placed_by_kcat";
        await cluster.Kafka.CreateTopicsAsync(topic);

        await FeedAsync(
            "kcat",
            ["-P", "-b", cluster.Kafka.Address, "-t", topic, "-K", "\t", "-X", "partitioner=murmur2_random",
                .. RealKafka.Client.SelectMany(static pair => new[] { "-X", pair.Key + "=" + pair.Value })]);

        AssertAgreement("kcat -X partitioner=murmur2_random", topic);
    }

    [Fact]
    public async Task JavaProducer_RandomKeys_LandInTheShardOfTheRouter()
    {
        const string topic = "placed_by_java";
        await cluster.Kafka.CreateTopicsAsync(topic);

        // Its producer is org.apache.kafka.clients.producer.KafkaProducer with the default partitioner.
        await FeedAsync(
            "java",
            ["-Dfile.encoding=UTF-8", .. RealKafka.JavaArguments(
                "kafka.tools.ConsoleProducer", "--broker-list", cluster.Kafka.Address, "--topic", topic,
                "--request-required-acks", "1", "--property", "parse.key=true", "--property", "key.separator=\t")]);

        AssertAgreement("Kafka's Java producer 0.9.0.1", topic);
    }

    /// <summary>Keys of 1 to 60 characters, the same in every run, no two alike.</summary>
    private static IReadOnlyCollection<string> RandomKeys()
    {
        var random = new Random(20_180_725);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (keys.Count < Keys)
        {
            var runes = Alphabets[random.Next(Alphabets.Length)].EnumerateRunes().ToArray();
            var key = new StringBuilder();
            for (var left = random.Next(1, 61); left > 0; left--)
            {
                key.Append(runes[random.Next(runes.Length)]);
            }

            keys.Add(key.ToString());
        }

        return keys;
    }

    /// <summary>Has a program produce a record for each key, which it reads as lines of key, tab, value.</summary>
    private static async Task FeedAsync(string program, IEnumerable<string> arguments)
    {
        var input = string.Concat(RandomKeys().Select(static key => $"{key}\tx\n"));
        var (exit, output, errors) = await ProgramRun.ToEnd(program, arguments, input: input);
        Assert.True(exit == 0, errors + output);
    }

    private void AssertAgreement(string client, string topic)
    {
        var router = new ShardRouter(RealKafka.Partitions);
        var records = cluster.Kafka.Read(topic, Keys);

        Assert.Equal(RandomKeys().Order(StringComparer.Ordinal), records.Select(KeyOf).Order(StringComparer.Ordinal));
        var agreeing = records.Count(record => router.ShardOf(record.Message.Key) == record.Partition.Value);
        output.WriteLine($"{client}: {agreeing} of {records.Count} keys of {records.Min(static record => record.Message.Key.Length)} to {records.Max(static record => record.Message.Key.Length)} bytes lie in the partition of ShardRouter");
        Assert.Equal(Keys, agreeing);
    }

    private static string KeyOf(ConsumeResult<byte[], byte[]> record) => Encoding.UTF8.GetString(record.Message.Key);
}
