using System.Buffers.Binary;

namespace Fraud.Tests.Simulation;

/// <summary>A payment where a page has it.</summary>
/// <param name="Number">Counts the payments of the shard.</param>
internal readonly record struct CheckedPlace(long Sequence, int Ordinal, long Number, int Card, int Amount, long Offset, long Score)
{
    public bool IsBehind(CheckedPlace other) => (Sequence, Ordinal).CompareTo((other.Sequence, other.Ordinal)) > 0;
}

/// <summary>
/// The checker's own fold of the pages of a shard: each payment with the score that the ones before it in its card give, once within the
/// window of repeats, and what was taken back.
/// </summary>
internal sealed class CheckedJournal
{
    private const int EntrySize = 32;
    private const long OfRetraction = -2;

    private readonly int _shard;
    private readonly int _window;
    private long _payments;

    private CheckedJournal(int shard, int window)
    {
        _shard = shard;
        _window = window;
    }

    /// <summary>All places of each payment, in order.</summary>
    public Dictionary<long, List<CheckedPlace>> Places { get; } = [];

    public Dictionary<int, (long Count, long Sum, ulong Chain)> Cards { get; } = [];

    /// <summary>Places of repeats of which there is a retraction.</summary>
    public HashSet<(long Sequence, int Ordinal)> TakenBack { get; } = [];

    public long Last { get; private set; }

    /// <param name="window">Payments that have to lie between a payment and its repeat in the journal, at least.</param>
    public static CheckedJournal Fold(int shard, IEnumerable<StoredPage> pages, long upTo, int window)
    {
        var journal = new CheckedJournal(shard, window);
        foreach (var page in pages.TakeWhile(page => page.Sequence <= upTo))
        {
            var bytes = page.Payload.Span;
            for (var ordinal = 0; ordinal * EntrySize < bytes.Length; ordinal++)
            {
                journal.Add(page.Sequence, ordinal, bytes.Slice(ordinal * EntrySize, EntrySize));
            }

            journal.Last = page.Sequence;
        }

        return journal;
    }

    private void Add(long sequence, int ordinal, ReadOnlySpan<byte> bytes)
    {
        var id = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var place = new CheckedPlace(
            sequence,
            ordinal,
            _payments + 1,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        if (place.Offset == OfRetraction)
        {
            TakeBack(id, place);
            return;
        }

        _payments++;
        AddPlace(id, place);
        var (count, sum, chain) = Cards.GetValueOrDefault(place.Card);
        chain = (chain ^ (ulong)id) * 1_099_511_628_211 + 2_654_435_769;
        Cards[place.Card] = (count + 1, sum + place.Amount, chain);
        if ((long)(chain >> 1) != place.Score)
        {
            throw new SimViolation(
                $"shard {_shard}: payment {id}, page {sequence}, was scored on another history than the pages before it give");
        }
    }

    private void AddPlace(long id, in CheckedPlace place)
    {
        if (!Places.TryGetValue(id, out var places))
        {
            Places.Add(id, places = []);
        }
        else if (place.Number - places[^1].Number <= _window)
        {
            throw new SimViolation(
                $"shard {_shard}: payment {id} is in pages {places[^1].Sequence} and {place.Sequence}, "
                + $"{place.Number - places[^1].Number} payments later; the window has {_window}");
        }

        places.Add(place);
    }

    /// <summary>Once, behind the repeat, and exactly what it was.</summary>
    private void TakeBack(long id, in CheckedPlace retraction)
    {
        var (sequence, ordinal) = (retraction.Score >> 16, (int)(retraction.Score & 0xFFFF));
        var repeats = Places.TryGetValue(id, out var places) ? places.Skip(1) : [];
        var found = repeats.FirstOrDefault(place => place.Sequence == sequence && place.Ordinal == ordinal);
        if (found.Number == 0 || found.Card != retraction.Card || found.Amount != retraction.Amount)
        {
            throw new SimViolation(
                $"shard {_shard}: page {retraction.Sequence} takes payment {id} of page {sequence} back, which is no repeat there (rule 15)");
        }

        if (!TakenBack.Add((sequence, ordinal)))
        {
            throw new SimViolation(
                $"shard {_shard}: page {retraction.Sequence} takes the repeat of payment {id} in page {sequence} back a second time (rule 15)");
        }

        var (count, sum, chain) = Cards[retraction.Card];
        Cards[retraction.Card] = (count - 1, sum - retraction.Amount, (chain ^ ~(ulong)id) * 1_099_511_628_211 + 2_246_822_507);
    }
}
