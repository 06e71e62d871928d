using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Storage;

namespace Fraud.Stream.History;

/// <summary>
/// Stored payments in the order of writing, each with the features that the stream gave it: computed again by the profile that serves, from
/// the payments before it and the labels that were known when it was stored.
/// </summary>
/// <remarks>
/// Rows of one shard are in the order in which its histories counted them, and what is counted of a terminal is older than the label delay. So
/// features are equal to the bit to those of the stream, except where the stream itself did not know what the rows know: a payment that came
/// later than <see cref="ProfileOptions.Lateness"/>, a repeat that was counted until it was taken back, a label within the second in which
/// it was stored, rows that have left.
/// <para>
/// Memory is that of a node that serves all cards of the time. Not thread-safe.
/// </para>
/// </remarks>
public sealed class ComputedHistory(IPaymentHistory history, IShardStore labels, ProfileOptions options)
{
    public ComputedHistory(IFraudStore store, ProfileOptions options)
        : this(store.History, store, options)
    {
    }

    /// <summary>What is stored, without features that were not kept.</summary>
    public IPaymentHistory Stored => history;

    /// <summary>
    /// Payments whose event time is in a range, in the order in which they were stored. Those before it, as far as features look back, are read too.
    /// </summary>
    /// <param name="fromMs">Earliest event time.</param>
    /// <param name="toMs">Event time before which they lie.</param>
    /// <param name="progress">Told how much of it is done, 0 to 1.</param>
    public IEnumerable<ComputedPayment> Read(long fromMs, long toMs, Action<double>? progress, CancellationToken cancellation)
    {
        var head = history.Head();
        var replay = new Replay(labels, options, fromMs);
        var shards = labels.ReadHeads().Select(static shard => shard.Shard).ToArray();
        long done = 0;
        var payments = ShardsInOrder.Merge(shards.Select(shard => ShardsInOrder.Read(history, shard, head, replay.FirstMs, toMs, Progress(), cancellation)));
        foreach (var payment in payments)
        {
            var features = replay.Observe(payment);
            if (payment.EventTimeMs >= fromMs)
            {
                yield return new ComputedPayment(payment, [.. features]);
            }
        }

        Action<long> Progress()
        {
            long before = 0;
            return position =>
            {
                done += position - before;
                before = position;
                progress?.Invoke((double)done / (head * shards.Length));
            };
        }
    }

    /// <summary>Features of one payment, from those of its card and its terminal alone.</summary>
    public float[] Of(HistoryPayment payment)
    {
        var replay = new Replay(labels, options, payment.EventTimeMs);
        foreach (var related in ShardsInOrder.Merge(history.ReadRelated(payment, replay.FirstMs).GroupBy(static related => related.Shard)))
        {
            var features = replay.Observe(related);
            if (related.Position == payment.Position)
            {
                return features;
            }
        }

        throw new InvalidOperationException($"{payment.TransactionId}: its row has left while it was explained");
    }

    private sealed class Replay
    {
        private readonly LocalProfile _profile;
        private readonly KnownLabels _labels;
        private readonly Transaction _payment = new();
        private readonly float[] _features = new float[FeatureCatalog.Count];

        public Replay(IShardStore labels, ProfileOptions options, long fromMs)
        {
            _profile = new LocalProfile(options, shards: 1);
            var retention = (long)_profile.Profile.Retention.TotalMilliseconds;
            FirstMs = fromMs > retention ? fromMs - retention : 0;
            _labels = new KnownLabels(labels.ReadLabelJournal, FirstMs);
        }

        /// <summary>The event time before which nothing is looked back to.</summary>
        public long FirstMs { get; }

        /// <summary>Counts a payment. What is returned changes with the next.</summary>
        public float[] Observe(HistoryPayment stored)
        {
            foreach (var (label, delta) in _labels.Until(stored.StoredAtMs, stored.EventTimeMs))
            {
                _profile.ApplyLabel(0, label, delta);
            }

            stored.CopyTo(_payment);
            Array.Clear(_features);
            _profile.Observe(0, _payment, _features);
            return _features;
        }
    }
}

/// <summary>A stored payment and the features that it was scored by.</summary>
/// <param name="Features">In the order of <see cref="FeatureCatalog"/>.</param>
public readonly record struct ComputedPayment(HistoryPayment Stored, float[] Features);
