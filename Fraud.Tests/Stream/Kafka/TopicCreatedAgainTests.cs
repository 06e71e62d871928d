using System.Globalization;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>A topic that was deleted and created again, through the whole engine (docs/kafka.md): none of its records is passed over.</summary>
public sealed class TopicCreatedAgainTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Topics _before = new(partitions: 2);
    private readonly Topics _after = new(partitions: 2);

    [Fact]
    public async Task Run_LogEndsBeforeTheStoredOffsets_StoresAllOfTheNewOneAndGoesOnThere()
    {
        using var store = GraphHost.Sqlite(_folder);
        Send(_before, 0, 100);
        await using (await new GraphHost(_before, store).Start())
        {
            await Poll.Until(() => store.Count().Results == 100);
        }

        // Another broker has a topic of that name.
        Send(_after, 100, 20);
        await using (var host = await new GraphHost(_after, store).Start())
        {
            await Poll.Until(() => store.Count().Results == 120);
            Assert.Equal(20, store.ReadOffsets(Topics.Transactions).Values.Sum());
            Assert.Equal(2, host.Log.Of(233).Count());
        }

        // What comes while no one reads lies below the offsets of the old topic as well.
        Send(_after, 120, 20);
        await using (var host = await new GraphHost(_after, store).Start())
        {
            await Poll.Until(() => store.Count().Results == 140);
            Assert.Equal(40, store.ReadOffsets(Topics.Transactions).Values.Sum());
            Assert.Empty(host.Log.Of(233));
        }
    }

    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
        _folder.Dispose();
    }

    private static void Send(Topics topics, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var card = string.Create(CultureInfo.InvariantCulture, $"card-{i % 20}");
            topics.Send(Topics.Transactions, card, Topics.Payment(string.Create(CultureInfo.InvariantCulture, $"p-{i}"), card));
        }

        topics.Flush();
    }
}
