using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>A page as it is sent to the store.</summary>
internal readonly record struct ShardPage(ShardCommit Commit, ReadOnlyMemory<byte> Payload);

/// <summary>A page as it is read back.</summary>
internal readonly record struct StoredPage(long Sequence, long Generation, ReadOnlyMemory<byte> Payload);

/// <summary>A write that the store carried out: the checker's witness, beside the pages.</summary>
/// <param name="Sequence">Of the page, or 0 for a claim.</param>
internal readonly record struct LandedWrite(int Shard, long Generation, long Sequence);

/// <summary>The states that a snapshot writes: those that changed since the one before.</summary>
internal sealed record SnapshotContent(IReadOnlyList<KeyValuePair<int, CardSum>> Cards, IReadOnlyList<KeyValuePair<long, long>> Ids);

/// <summary>
/// The database of the journal: heads, pages, card states, ids, and which processes were removed. Each call is one transaction, and does
/// to the head what the method of <see cref="ShardHead"/> says, as the product's stores do.
/// </summary>
internal sealed class SimStore(SimModel model, int shards, int window)
{
    private readonly ShardHead[] _heads = [.. Enumerable.Range(0, shards).Select(ShardHead.New)];
    private readonly List<StoredPage>[] _written = ForEach<List<StoredPage>>(shards);
    private readonly Queue<StoredPage>[] _pages = ForEach<Queue<StoredPage>>(shards);
    private readonly Dictionary<int, CardSum>[] _cards = ForEach<Dictionary<int, CardSum>>(shards);

    // A segment for each snapshot.
    private readonly Queue<IReadOnlyList<KeyValuePair<long, long>>>[] _ids = ForEach<Queue<IReadOnlyList<KeyValuePair<long, long>>>>(shards);
    private readonly long[] _idCounts = new long[shards];
    private readonly HashSet<string> _removed = [];

    public List<LandedWrite> Landed { get; } = [];

    /// <summary>Rows have a database of their own: no call reaches both.</summary>
    public SimRows Rows { get; } = new(model, shards);

    /// <summary>In the database of the rows.</summary>
    public SimAlertPositions Alerts { get; } = new(shards);

    public ShardHead Head(int shard) => _heads[shard];

    /// <summary>All pages that were ever stored: the checker's witness.</summary>
    public IReadOnlyList<StoredPage> Written(int shard) => _written[shard];

    public void Remove(string incarnation) => _removed.Add(incarnation);

    public bool TryClaim(int shard, string incarnation, out ShardHead head)
    {
        if (!_removed.Contains(incarnation) || !model.RefusesRemovedProcesses)
        {
            _heads[shard] = model.Claim(_heads[shard], incarnation);
            Landed.Add(new LandedWrite(shard, _heads[shard].Generation, 0));
            head = _heads[shard];
            return true;
        }

        head = _heads[shard];
        return false;
    }

    /// <returns>Shards whose head was not as expected: none, and all was written; some, and nothing was (rule 4).</returns>
    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
    {
        List<int> missing = [];
        foreach (var page in pages)
        {
            if (!model.TryCommit(_heads[page.Commit.Shard], page.Commit, out _))
            {
                missing.Add(page.Commit.Shard);
            }
        }

        if (missing.Count > 0 && model.RollsBackWhenSomeAreMissing)
        {
            return missing;
        }

        foreach (var page in pages)
        {
            var shard = page.Commit.Shard;
            if (model.TryCommit(_heads[shard], page.Commit, out var next))
            {
                _heads[shard] = next;
                var stored = new StoredPage(page.Commit.Sequence, page.Commit.Generation, page.Payload);
                _pages[shard].Enqueue(stored);
                _written[shard].Add(stored);
                Landed.Add(new LandedWrite(shard, page.Commit.Generation, page.Commit.Sequence));
            }
        }

        return missing;
    }

    public IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) => [.. shards.Select(shard => _heads[shard])];

    public IEnumerable<StoredPage> ReadPages(int shard, long after, long upTo) =>
        [.. _pages[shard].Where(page => page.Sequence > after && page.Sequence <= upTo)];

    /// <summary>The first pages behind a position.</summary>
    public IReadOnlyList<StoredPage> ReadJournal(int shard, long after, int limit) =>
        [.. _pages[shard].Where(page => page.Sequence > after).Take(limit)];

    /// <returns>The payments at these places that are still there.</returns>
    public IReadOnlyList<(SimPayment Repeat, JournalPlace Place)> ReadPlaces(int shard, IReadOnlyList<JournalPlace> places) =>
    [
        .. from page in _pages[shard]
           from entry in SimPage.Decode(shard, page.Payload).Select((entry, ordinal) => (entry.Payment, new JournalPlace(page.Sequence, ordinal)))
           where places.Contains(entry.Item2)
           select entry,
    ];

    public bool Release(int shard, long generation) => _heads[shard].TryRelease(generation, out _heads[shard]);

    public bool SaveSnapshot(in SnapshotMove move, SnapshotContent content)
    {
        if (!model.TrySnapshot(_heads[move.Shard], move, out var next))
        {
            return false;
        }

        _heads[move.Shard] = next;
        foreach (var (card, sum) in content.Cards)
        {
            _cards[move.Shard][card] = sum;
        }

        if (model.KeepsIdsWithSnapshot)
        {
            KeepIds(move.Shard, content.Ids);
        }

        return true;
    }

    public SnapshotContent ReadSnapshot(int shard) => new([.. _cards[shard]], [.. _ids[shard].SelectMany(static segment => segment)]);

    /// <summary>Drops what is needed neither for rows, repeats and alerts nor for the snapshot that is stored now.</summary>
    /// <param name="alerts">The last page up to which Kafka has all.</param>
    /// <returns>The number of pages.</returns>
    public int DropPages(int shard, in RepeatNotes notes, long alerts)
    {
        var dropped = 0;
        var needs = new JournalNeeds(_heads[shard].SnapshotSequence, notes.ReaderPosition, alerts, notes.Open is [var oldest, ..] ? oldest : null);
        var last = model.LastUnneeded(needs);
        while (_pages[shard].TryPeek(out var page) && page.Sequence <= last)
        {
            _pages[shard].Dequeue();
            dropped++;
        }

        return dropped;
    }

    private void KeepIds(int shard, IReadOnlyList<KeyValuePair<long, long>> segment)
    {
        _ids[shard].Enqueue(segment);
        _idCounts[shard] += segment.Count;
        while (model.MayIdsLeave(_idCounts[shard] - _ids[shard].Peek().Count, window))
        {
            _idCounts[shard] -= _ids[shard].Dequeue().Count;
        }
    }

    private static T[] ForEach<T>(int shards)
        where T : new() => [.. Enumerable.Range(0, shards).Select(static _ => new T())];
}
