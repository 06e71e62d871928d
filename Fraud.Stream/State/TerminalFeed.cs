using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Stream.State;

/// <summary>
/// Counts for terminals and labels what any node stored, each journal page once and in order: this node's own when
/// it committed them, other nodes' as they show in the store. So all nodes have the same terminals, and what they
/// know is always "these journals up to these positions".
/// </summary>
/// <remarks>
/// Whoever needs positions and histories to agree holds <see cref="Gate"/>: opening a shard, capturing a snapshot.
/// </remarks>
public sealed class TerminalFeed
{
    // Some ten thousand payments of each shard a round trip.
    private const int PagesAtOnce = 100;
    private const int LabelsAtOnce = 1_000;

    private readonly Profile _profile;
    private readonly IShardStore _store;
    private readonly ShardRouter _router;
    private readonly ShardDirectory _directory;
    private readonly CardLoader _loader;
    private readonly long[] _positions;
    private readonly bool[] _isNew;
    private long _labels;

    public TerminalFeed(Profile profile, IShardStore store, ShardRouter router, ShardDirectory directory, CardLoader loader)
    {
        _profile = profile;
        _store = store;
        _router = router;
        _directory = directory;
        _loader = loader;
        _positions = new long[router.Shards];
        _isNew = new bool[router.Shards];
    }

    /// <summary>Held while positions move and while something has to agree with them.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Position of the label journal that histories contain.</summary>
    public long Labels => Volatile.Read(ref _labels);

    public long PositionOf(int shard) => Volatile.Read(ref _positions[shard]);

    /// <summary>Takes the newest snapshot and everything after it.</summary>
    public void Load(CancellationToken cancellation)
    {
        if (_store.ReadTerminals() is { } snapshot)
        {
            foreach (var chunk in snapshot.Chunks)
            {
                _profile.Terminals.Load(chunk);
            }

            foreach (var (shard, sequence) in snapshot.Sequences)
            {
                _positions[shard] = sequence;
            }

            _labels = snapshot.Labels;
        }

        while (FollowAll(Enumerable.Range(0, _positions.Length)))
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One round: what other nodes stored since, and new labels. True when there may be more at once.</summary>
    public bool Follow() => FollowAll(Enumerable.Range(0, _positions.Length).Where(shard => !_directory.IsOpen(shard)));

    /// <summary>Takes one shard's journal to its end; its owner does so before it serves.</summary>
    public void CatchUp(int shard)
    {
        foreach (var page in _store.ReadJournal(shard, PositionOf(shard), int.MaxValue))
        {
            Take(page);
        }
    }

    /// <summary>
    /// This node stored these; called in the order of the commits. What was followed meanwhile, because the shard was
    /// lost between the commit and this call, is not counted again.
    /// </summary>
    public void Stored(IReadOnlyList<MicroBatch> group, IReadOnlyList<ShardCommit> commits)
    {
        lock (Gate)
        {
            foreach (var (shard, _, sequence, _, _) in commits)
            {
                if (sequence > _positions[shard] + 1)
                {
                    throw new InvalidOperationException(
                        $"shard {shard}: stored journal position {sequence}, but histories are at {_positions[shard]}");
                }

                _isNew[shard] = sequence > _positions[shard];
                Volatile.Write(ref _positions[shard], Math.Max(sequence, _positions[shard]));
            }

            foreach (var batch in group)
            {
                foreach (var payment in batch.Payments)
                {
                    if (payment.State == PaymentState.Scored && _isNew[payment.Shard] && !payment.Transaction.TerminalId.IsEmpty)
                    {
                        var transaction = payment.Transaction;
                        _profile.Terminals.Add(transaction.TerminalId, transaction.AmountMinor, transaction.EventTimeMs);
                    }
                }
            }
        }
    }

    /// <summary>This node stored a page of which nothing is in the graph; called in the order of the commits.</summary>
    public void Stored(JournalPage page) => Take(page);

    /// <summary>Opens a shard whose cards contain the label journal up to a position: takes the rest first, so that none is missed.</summary>
    public void Open(int shard, ShardCards cards, long labels)
    {
        // Its former owner may have been ahead of this node: what the cards contain must not reach them again.
        while (Labels < labels)
        {
            FollowLabels();
        }

        while (true)
        {
            var missing = _store.ReadLabelJournal(labels, LabelsAtOnce);
            lock (Gate)
            {
                foreach (var entry in missing.Where(entry => entry.Sequence <= _labels))
                {
                    ApplyToCards(shard, cards, entry.Change);
                    labels = entry.Sequence;
                }

                if (labels >= _labels)
                {
                    _profile.Open(shard, cards);
                    return;
                }
            }
        }
    }

    /// <summary>Picks up for a marker what changed of its shard's cards; after the last one they get no more labels.</summary>
    public void Capture(ShardMarker marker)
    {
        lock (Gate)
        {
            marker.Capture(marker.Shard.Cards.Capture, _labels);
            if (marker.Kind == MarkerKind.HandOver)
            {
                Close(marker.Shard);
            }
        }
    }

    /// <summary>The shard's cards get no more labels.</summary>
    public void Close(OpenShard shard)
    {
        lock (Gate)
        {
            if (_profile.CardsOf(shard.Shard) == shard.Cards)
            {
                _profile.Close(shard.Shard);
            }
        }
    }

    /// <summary>All terminals and the positions they contain.</summary>
    public TerminalSnapshot Capture()
    {
        lock (Gate)
        {
            var positions = Enumerable.Range(0, _positions.Length).ToDictionary(static shard => shard, shard => _positions[shard]);
            return new TerminalSnapshot(positions, _labels, _profile.Terminals.Capture());
        }
    }

    private bool FollowAll(IEnumerable<int> shards)
    {
        var after = shards.ToDictionary(static shard => shard, PositionOf);
        var more = false;
        if (after.Count > 0)
        {
            var pages = _store.ReadJournals(after, PagesAtOnce);
            foreach (var page in pages)
            {
                Take(page);
            }

            more = pages.Count >= PagesAtOnce;
        }

        return FollowLabels() || more;
    }

    private bool FollowLabels()
    {
        var labels = _store.ReadLabelJournal(Labels, LabelsAtOnce);
        foreach (var entry in labels)
        {
            Take(entry);
        }

        return labels.Count == LabelsAtOnce;
    }

    private void Take(JournalPage page)
    {
        lock (Gate)
        {
            var position = _positions[page.Shard];
            if (page.Sequence <= position)
            {
                // This node's own commit, or read twice.
                return;
            }

            if (page.Sequence != position + 1)
            {
                throw new InvalidOperationException(
                    $"shard {page.Shard}: the journal goes on at {page.Sequence}, expected {position + 1}; this node was silent for longer than Cluster:JournalRetention");
            }

            Count(page.Payload);

            Volatile.Write(ref _positions[page.Shard], page.Sequence);
        }
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        var page = new PageReader(bytes);
        while (page.Read())
        {
            ref var payment = ref page.Payment;
            if (!payment.TerminalId.IsEmpty)
            {
                _profile.Terminals.Add(payment.TerminalId, payment.CountedMinor, payment.EventTimeMs);
            }
        }

        while (page.ReadRetraction() is { Payment: var taken })
        {
            if (!taken.TerminalId.IsEmpty)
            {
                _profile.Terminals.Retract(taken.TerminalId, taken.AmountMinor, taken.EventTimeMs);
            }
        }
    }

    private void Take(LabelJournalEntry entry)
    {
        lock (Gate)
        {
            if (entry.Sequence <= _labels)
            {
                return;
            }

            var (label, delta) = entry.Change;
            if (!label.TerminalId.IsEmpty)
            {
                _profile.Terminals.ApplyLabel(label.TerminalId, label.EventTimeMs, delta);
            }

            var shard = _router.ShardOf(label.CardId.Utf8);
            if (_profile.CardsOf(shard) is { } cards)
            {
                ApplyToCards(shard, cards, entry.Change);
            }

            Volatile.Write(ref _labels, entry.Sequence);
        }
    }

    private void ApplyToCards(int shard, ShardCards cards, in LabelChange change)
    {
        var (label, delta) = change;
        if (label.CardId.IsEmpty || _router.ShardOf(label.CardId.Utf8) != shard)
        {
            return;
        }

        while (!cards.TryApplyLabel(label.CardId, label.EventTimeMs, delta))
        {
            _loader.Load(shard, cards, [label.CardId]);
        }
    }
}
