using Fraud.Stream.ReadModel;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Up to which page of each shard Kafka has acknowledged all that its pages had to say, whatever the order in which it did (rule 10 of
/// docs/decisions/0011). Decides only; not thread-safe.
/// </summary>
public sealed class AcknowledgedPages
{
    private readonly SortedDictionary<int, Shard> _shards = [];

    /// <summary>All shards that were taken and not left, in order.</summary>
    public IEnumerable<ReaderPosition> All => _shards.Select(static shard => shard.Value.At(shard.Key));

    /// <summary>Those that are further than what is stored of them.</summary>
    public IEnumerable<ReaderPosition> Raised =>
        _shards.Where(static shard => shard.Value.Position > shard.Value.Stored).Select(static shard => shard.Value.At(shard.Key));

    /// <summary>Pages behind one of which Kafka has not all.</summary>
    public int Ahead => _shards.Values.Sum(static shard => shard.Waiting.Count);

    /// <summary>A shard is read from a stored position on, under a claim. What it had on its way is forgotten.</summary>
    /// <returns>Where to go on: behind what was acknowledged under the same claim and is not stored yet.</returns>
    public long Take(int shard, long generation, long stored)
    {
        var position = _shards.TryGetValue(shard, out var before) && before.Generation == generation ? Math.Max(stored, before.Position) : stored;
        _shards[shard] = new Shard(generation, position) { Stored = stored };
        return position;
    }

    /// <summary>The next page of a shard, and how many records were made of it.</summary>
    public void Add(in FollowedPage page, int records)
    {
        var shard = _shards[page.Shard];
        if (page.Generation != shard.Generation || page.Sequence != shard.Position + shard.Waiting.Count + 1)
        {
            throw new ArgumentException(
                $"Shard {page.Shard}: page {page.Sequence} of claim {page.Generation} does not follow page {shard.Position + shard.Waiting.Count} of {shard.Generation}.");
        }

        shard.Waiting.Add(records);
        shard.Advance();
    }

    /// <summary>Kafka has one of the records of a page. No effect when the shard is read under another claim by now, or not at all.</summary>
    public void Acknowledged(int number, long generation, long sequence)
    {
        if (_shards.TryGetValue(number, out var shard) && shard.Generation == generation && sequence > shard.Position)
        {
            shard.Waiting[(int)(sequence - shard.Position - 1)]--;
            shard.Advance();
        }
    }

    /// <summary>These are stored.</summary>
    public void Saved(IEnumerable<ReaderPosition> positions)
    {
        foreach (var (number, generation, position) in positions)
        {
            if (_shards.TryGetValue(number, out var shard) && shard.Generation == generation)
            {
                shard.Stored = Math.Max(shard.Stored, position);
            }
        }
    }

    public void Leave(int shard) => _shards.Remove(shard);

    private sealed class Shard(long generation, long position)
    {
        public long Generation => generation;

        public long Position { get; private set; } = position;

        public long Stored { get; set; }

        /// <summary>Of each page behind the position: records without an acknowledgement.</summary>
        public List<int> Waiting { get; } = [];

        public ReaderPosition At(int shard) => new(shard, generation, Position);

        public void Advance()
        {
            var done = Waiting.TakeWhile(static records => records == 0).Count();
            Waiting.RemoveRange(0, done);
            Position += done;
        }
    }
}
