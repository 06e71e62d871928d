using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Simulation;

/// <summary>Where in the journals a payment is.</summary>
internal readonly record struct RowPlace(int Shard, long Sequence, int Ordinal);

/// <summary>How far the rows of a shard are, and under which claim they are written.</summary>
internal readonly record struct ReaderPosition(long Position, long Generation);

/// <summary>Repeats of a shard that are not known to be taken back, and the page up to which they were looked for.</summary>
internal readonly record struct RepeatNotes(long ReaderPosition, IReadOnlyList<JournalPlace> Open);

/// <summary>What a reader did to a position: the checker's witness.</summary>
/// <param name="From">The page before the first; the same as <paramref name="To"/> when the position was taken under a claim.</param>
internal readonly record struct LandedRows(int Shard, long Generation, long From, long To);

/// <summary>
/// The database of the rows: where each payment is, how far the readers are, and repeats. Each call is one transaction, and does what
/// <see cref="IResultRows"/> says.
/// </summary>
internal sealed class SimRows(SimModel model, int shards)
{
    private readonly Dictionary<long, RowPlace> _rows = [];
    private readonly ReaderPosition[] _positions = new ReaderPosition[shards];

    // True once the retraction was read.
    private readonly SortedDictionary<JournalPlace, bool>[] _notes =
        [.. Enumerable.Range(0, shards).Select(static _ => new SortedDictionary<JournalPlace, bool>())];

    public IReadOnlyDictionary<long, RowPlace> All => _rows;

    public List<LandedRows> Landed { get; } = [];

    public ReaderPosition PositionOf(int shard) => _positions[shard];

    public RepeatNotes NotesOf(int shard) =>
        new(_positions[shard].Position, [.. _notes[shard].Where(static note => !note.Value).Select(static note => note.Key)]);

    /// <summary>As an owner reads them.</summary>
    public RepeatNotes ReadNotes(int shard)
    {
        var notes = NotesOf(shard);
        foreach (var place in notes.Open)
        {
            _notes[shard][place] = model.ClosesNotesWhenRead;
        }

        return notes;
    }

    public long? Take(int shard, long generation)
    {
        if (_positions[shard].Generation > generation)
        {
            return null;
        }

        var position = _positions[shard].Position;
        _positions[shard] = new ReaderPosition(position, generation);
        Landed.Add(new LandedRows(shard, generation, position, position));
        return position;
    }

    public RowsWritten Write(IReadOnlyList<FollowedPage> pages)
    {
        var (rows, repeats) = (0, 0);
        var shardsOfPages = PagesOfShard.Of(pages);
        var lost = model.MovesPositionWithRows ? Move(pages) : [];
        foreach (var shard in shardsOfPages.Where(shard => !lost.Contains(shard.Shard)))
        {
            foreach (var page in shard.Pages)
            {
                Write(page, ref rows, ref repeats);
            }
        }

        return new RowsWritten(rows, repeats, lost);
    }

    /// <summary>Moves the positions of those shards that are as expected.</summary>
    /// <returns>The others.</returns>
    public List<int> Move(IReadOnlyList<FollowedPage> pages)
    {
        List<int> lost = [];
        foreach (var shard in PagesOfShard.Of(pages))
        {
            if (model.MovesRows(_positions[shard.Shard], shard))
            {
                _positions[shard.Shard] = _positions[shard.Shard] with { Position = shard.Last };
                Landed.Add(new LandedRows(shard.Shard, shard.Generation, shard.First - 1, shard.Last));
            }
            else
            {
                lost.Add(shard.Shard);
            }
        }

        return lost;
    }

    private void Write(in FollowedPage page, ref int rows, ref int repeats)
    {
        var ordinal = 0;
        foreach (var entry in SimPage.Decode(page.Shard, page.Bytes))
        {
            var place = new RowPlace(page.Shard, page.Sequence, ordinal++);
            if (entry.IsRetraction)
            {
                _notes[page.Shard][entry.TakesBack] = true;
            }
            else if (_rows.TryAdd(entry.Payment.Id, place))
            {
                rows++;
            }
            else if (_rows[entry.Payment.Id] != place)
            {
                repeats++;
                _notes[page.Shard].TryAdd(new JournalPlace(place.Sequence, place.Ordinal), false);
            }
        }
    }
}
