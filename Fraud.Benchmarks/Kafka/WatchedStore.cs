using Fraud.Benchmarks.Measuring;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Kafka;

/// <summary>Measures from the first commit, which does not count, until every record of the topic is in the store.</summary>
internal sealed class WatchedStore(IFraudStore store, FilledTopic topic) : DelegatingStore(store)
{
    private readonly TaskCompletionSource<Sample> _allStored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Meter? _meter;
    private long _first;
    private long _stored;

    public Task<Sample> AllStored => _allStored.Task;

    public override IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
    {
        var missing = base.Commit(pages);
        foreach (var page in pages)
        {
            _stored += new PageReader(page.Bytes.Span).Count ?? 0;
        }

        if (_meter is not { } meter)
        {
            _meter = Meter.Start();
            _first = _stored;
        }
        else if (_stored >= topic.Records)
        {
            _allStored.TrySetResult(meter.Stop(_stored - _first));
        }

        return missing;
    }
}
