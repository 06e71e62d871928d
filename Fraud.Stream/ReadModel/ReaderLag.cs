namespace Fraud.Stream.ReadModel;

/// <summary>
/// How far a reader is behind what this node committed. Written by who commits and by the reader, asked by people and, of rows, where payments
/// enter. Thread-safe.
/// </summary>
/// <remarks>
/// Pages from before this node's claim are not in it: they were in the lag of who committed them. Memory is bounded, however far the reader is
/// behind: neighbouring pages become one entry, which ends with its last page, so then it says a little too much and never too little.
/// </remarks>
/// <param name="capacity">Entries of a shard, 24 bytes each; as many pages are told apart.</param>
public sealed class ReaderLag(int shards, TimeProvider time, int capacity = ReaderLag.DefaultCapacity)
{
    // Some seconds of commits; six shards take 600 kB.
    private const int DefaultCapacity = 4_096;

    private readonly Lock _gate = new();
    private readonly Behind[] _shards = [.. Enumerable.Range(0, shards).Select(static _ => new Behind())];
    private long _payments;

    /// <summary>Payments that were committed here and that the reader is not done with.</summary>
    public long Payments => Volatile.Read(ref _payments);

    /// <summary>For how long the page waits that waits longest; zero when none does.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                var longest = TimeSpan.Zero;
                foreach (var shard in _shards)
                {
                    if (shard.Pages.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) is var age && age > longest)
                    {
                        longest = age;
                    }
                }

                return longest;
            }
        }
    }

    /// <summary>A page was committed. The reader may have found it in the journal before this is called.</summary>
    public void Committed(int shard, long generation, long sequence, int payments)
    {
        lock (_gate)
        {
            var behind = _shards[shard];
            Begin(behind, generation);
            if (behind.Generation == generation && sequence > behind.Done)
            {
                // A page without payments is work too.
                payments = Math.Max(1, payments);
                if (behind.Pages.Count == capacity)
                {
                    behind.Halve(capacity);
                }

                behind.Pages.Enqueue((sequence, payments, time.GetTimestamp()));
                Volatile.Write(ref _payments, _payments + payments);
            }
        }
    }

    /// <summary>The reader is done with all pages up to this one.</summary>
    public void Done(int shard, long generation, long sequence)
    {
        lock (_gate)
        {
            var behind = _shards[shard];
            Begin(behind, generation);
            if (behind.Generation != generation)
            {
                return;
            }

            behind.Done = Math.Max(behind.Done, sequence);
            while (behind.Pages.TryPeek(out var page) && page.Sequence <= sequence)
            {
                Volatile.Write(ref _payments, _payments - behind.Pages.Dequeue().Payments);
            }
        }
    }

    /// <summary>The shard is another claim's business from now on.</summary>
    public void Left(int shard, long generation)
    {
        lock (_gate)
        {
            if (_shards[shard].Generation == generation)
            {
                Empty(_shards[shard]);
            }
        }
    }

    /// <summary>Forgets shards that no one here reads any more.</summary>
    /// <param name="isRead">Whether a shard is read under a claim.</param>
    public void Keep(Func<int, long, bool> isRead)
    {
        lock (_gate)
        {
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                if (_shards[shard].Pages.Count > 0 && !isRead(shard, _shards[shard].Generation))
                {
                    Empty(_shards[shard]);
                }
            }
        }
    }

    private void Begin(Behind behind, long generation)
    {
        if (behind.Generation < generation)
        {
            Empty(behind);
            (behind.Generation, behind.Done) = (generation, 0);
        }
    }

    private void Empty(Behind behind)
    {
        while (behind.Pages.TryDequeue(out var page))
        {
            Volatile.Write(ref _payments, _payments - page.Payments);
        }
    }

    private sealed class Behind
    {
        public Queue<(long Sequence, long Payments, long At)> Pages { get; } = new();

        public long Generation { get; set; }

        public long Done { get; set; }

        /// <summary>Of a full queue: two entries become one, as old as the first, and over with the second.</summary>
        public void Halve(int capacity)
        {
            for (var pairs = Pages.Count / 2; pairs > 0; pairs--)
            {
                var (_, payments, at) = Pages.Dequeue();
                var second = Pages.Dequeue();
                Pages.Enqueue((second.Sequence, payments + second.Payments, at));
            }

            if (capacity % 2 != 0)
            {
                // The odd one is the last.
                Pages.Enqueue(Pages.Dequeue());
            }
        }
    }
}
