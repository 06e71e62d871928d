using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Store;

/// <summary>Writes scored payments as the persistence flow does: pages of a group of batches in one transaction.</summary>
internal sealed class StoreContestant(IFraudStore store) : IDisposable
{
    private const int BatchesInGroup = 4;

    private static readonly ScoredBy ScoredBy = new("payments", "1", 0.5f, 0.9f);

    private readonly PaymentStream _stream = PaymentStream.Usual("store");
    private readonly MicroBatchPool _batches = new(store.GroupSize / BatchesInGroup, BatchesInGroup);
    private readonly List<MicroBatch> _group = [];
    private readonly GroupPages _pages = new(new FeatureSample(new StorageOptions().FeatureSample), TimeProvider.System);
    private Payment _next = new();
    private long _written;

    public Contestant AsContestant() => Contestant.OnThread($"{store.Kind}, commits", Run);

    public void Dispose() => store.Dispose();

    private Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        store.Open();
        var cursors = new CommitCursors();
        if (!store.TryClaim(0, new NodeIdentity("bench", ""), out var head))
        {
            throw new InvalidOperationException("The store refuses the claim.");
        }

        cursors.Open(CommitCursor.At(head));
        var meter = Meter.Start();
        var before = _written;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < BatchesInGroup; i++)
            {
                _group.Add(Fill(_batches.Rent()));
            }

            var commits = cursors.Next(_group);
            if (store.Commit(_pages.Of(_group, commits)).Count > 0)
            {
                throw new InvalidOperationException("Another writes to the store that is measured.");
            }

            cursors.Move(commits);
            foreach (var batch in _group)
            {
                batch.Release();
            }

            _group.Clear();
        }

        return meter.Stop(_written - before);
    }

    private MicroBatch Fill(MicroBatch batch)
    {
        batch.KafkaPartition = 0;
        while (!batch.IsFull)
        {
            _stream.Fill(_next.Transaction, _written);
            _next.KafkaOffset = _written++;
            _next.Score = 0.01f;
            _next.ScoredBy = ScoredBy;
            _next.State = PaymentState.Scored;
            _next = batch.Swap(_next);
        }

        return batch;
    }
}
