using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>
/// Finds which repeats of a shard are to be taken back, once each: those that the rows noted and that were counted here, or by an owner before. One
/// caller at a time.
/// </summary>
public sealed class ShardRepeats(IFraudStore store, int shard, ILogger<ShardRepeats> log)
{
    // A marker's worth; the rest comes with the next look.
    private const int Most = 256;

    // Null until the shard is claimed: without knowing since when, one could be taken back twice.
    private RepeatsToTakeBack? _repeats;

    /// <summary>The shard was claimed.</summary>
    public void Begin(ShardHead claimed) => _repeats = new RepeatsToTakeBack(claimed.Sequence);

    /// <summary>What is to be sent to the shard's lane now. What does not reach a page ends with the claim, and is found again by the next.</summary>
    /// <exception cref="StoreUnavailableException">Look again.</exception>
    public IReadOnlyList<PageRetraction> Take()
    {
        if (_repeats is not { } repeats)
        {
            return [];
        }

        var notes = store.Rows.ReadRepeats(shard);
        var due = repeats.Due(notes.Position, notes.Open);
        var taken = new List<PageRetraction>();
        foreach (var place in due.Take(Most))
        {
            if (Read(place) is { } counted)
            {
                taken.Add(new PageRetraction(0, place.Sequence, place.Ordinal, counted));
            }
            else
            {
                StreamLog.RepeatNotTakenBack(log, shard, place.Sequence, place.Ordinal);
            }

            repeats.Sent(place);
        }

        if (taken.Count > 0)
        {
            StreamLog.RepeatsTakenBack(log, shard, taken.Count);
        }

        return taken;
    }

    private JournalEntry? Read(JournalPlace place)
    {
        foreach (var stored in store.ReadJournal(shard, place.Sequence - 1, 1))
        {
            var page = new PageReader(stored.Payload);
            while (stored.Sequence == place.Sequence && page.Read())
            {
                if (page.Ordinal == place.Ordinal)
                {
                    return page.Payment.Entry;
                }
            }
        }

        return null;
    }
}
