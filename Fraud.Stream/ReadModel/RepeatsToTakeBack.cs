using Fraud.Stream.Journal;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Which noted repeats of a shard its owner has to write retractions of, under one claim (rule 15 of docs/decisions/0011). Decides only;
/// not thread-safe.
/// </summary>
/// <remarks>
/// The reader notes a repeat and closes the note where it reads the retraction; the journal has the retraction. No transaction spans the
/// two, so a note may be open whose retraction is written. It is not taken for another one: the owner waits until the reader has read all
/// pages from before the claim, and remembers what it sent since; no one else can have written one. What it sent is stored, or the claim
/// is over.
/// </remarks>
/// <param name="claimedSequence">The shard's last page as the claim returned it.</param>
public sealed class RepeatsToTakeBack(long claimedSequence)
{
    private readonly HashSet<JournalPlace> _sent = [];

    /// <summary>Places to be taken back now, in order. They come again until <see cref="Sent"/>.</summary>
    /// <remarks>Looks follow each other: the next one begins when the one before has ended, and one that was given up counts for nothing.</remarks>
    /// <param name="readerPosition">The last page whose notes are written, read together with them.</param>
    /// <param name="open">All open notes of the shard.</param>
    public IReadOnlyList<JournalPlace> Due(long readerPosition, IReadOnlyCollection<JournalPlace> open)
    {
        if (readerPosition < claimedSequence)
        {
            return [];
        }

        _sent.IntersectWith(open);
        return [.. open.Where(place => !_sent.Contains(place)).Order()];
    }

    /// <summary>The retraction is on its way to the commit.</summary>
    public void Sent(JournalPlace place) => _sent.Add(place);
}
