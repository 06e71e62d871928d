namespace Fraud.Stream.ReadModel;

/// <summary>
/// How far rows are behind what this node committed. Written by who commits and by the reader, asked where payments enter: beyond a bound they
/// wait, or are refused (rule 11 of docs/decisions/0011). Thread-safe.
/// </summary>
/// <remarks>Pages from before this node's claim are not in it: they were in the bound of who committed them.</remarks>
public sealed class ResultsLag(int shards, ReadModelOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Behind[] _shards = [.. Enumerable.Range(0, shards).Select(static _ => new Behind())];
    private long _payments;

    /// <summary>Payments that were committed here and have no row yet.</summary>
    public long Payments => Volatile.Read(ref _payments);

    /// <summary>So many that nothing more is taken in until some are written.</summary>
    public bool IsFull => Payments >= options.MaxBehind;

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
            if (behind.Generation == generation && sequence > behind.Written)
            {
                // A page without payments is work too.
                payments = Math.Max(1, payments);
                behind.Pages.Enqueue((sequence, payments, time.GetTimestamp()));
                Volatile.Write(ref _payments, _payments + payments);
            }
        }
    }

    /// <summary>Rows were written up to a page.</summary>
    public void Written(int shard, long generation, long sequence)
    {
        lock (_gate)
        {
            var behind = _shards[shard];
            Begin(behind, generation);
            if (behind.Generation != generation)
            {
                return;
            }

            behind.Written = Math.Max(behind.Written, sequence);
            while (behind.Pages.TryPeek(out var page) && page.Sequence <= sequence)
            {
                Volatile.Write(ref _payments, _payments - behind.Pages.Dequeue().Payments);
            }
        }
    }

    /// <summary>The shard's rows are another claim's business from now on.</summary>
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

    /// <summary>Forgets shards of which no one here writes rows any more.</summary>
    /// <param name="isWritten">Whether rows of a shard are written under a claim.</param>
    public void Keep(Func<int, long, bool> isWritten)
    {
        lock (_gate)
        {
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                if (_shards[shard].Pages.Count > 0 && !isWritten(shard, _shards[shard].Generation))
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
            (behind.Generation, behind.Written) = (generation, 0);
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
        public Queue<(long Sequence, int Payments, long At)> Pages { get; } = new();

        public long Generation { get; set; }

        public long Written { get; set; }
    }
}
