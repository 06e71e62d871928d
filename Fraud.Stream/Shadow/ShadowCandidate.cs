using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>
/// A place for a model that is compared with the one in service: a shadow's, or a challenger's, which is scored as a shadow
/// on the cards that others decide. What is counted is of the version that is there now, and read from any thread.
/// </summary>
/// <param name="arm">The challenger's number; <see cref="CardSplit.Champion"/> for a shadow, which decides nothing.</param>
public sealed class ShadowCandidate(ModelSeat models, int arm)
{
    private Tally? _tally;
    private ScoredBy? _began;
    private long _droppedBefore;

    public ModelSeat Models => models;

    public int Arm => arm;

    public bool IsChallenger => arm != CardSplit.Champion;

    /// <summary>Payments that it was compared on.</summary>
    public long Scored => Now is { } tally ? Volatile.Read(ref tally.Scored) : 0;

    /// <summary>Of these, those that it would decide otherwise than the model in service.</summary>
    public long Disagreed => Now is { } tally ? Volatile.Read(ref tally.Disagreed) : 0;

    private Tally? Now => Volatile.Read(ref _tally) is { } tally && ReferenceEquals(tally.By, models.Occupant?.ScoredBy) ? tally : null;

    /// <summary>Of those that the group's candidates did not see, the ones since this version is there.</summary>
    internal long DroppedOf(long dropped) => dropped - Volatile.Read(ref _droppedBefore);

    /// <summary>Another version is there, or none. One thread.</summary>
    /// <param name="dropped">What the group's candidates did not see until now.</param>
    internal void Look(long dropped)
    {
        if (!ReferenceEquals(_began, models.Occupant?.ScoredBy))
        {
            _began = models.Occupant?.ScoredBy;
            Volatile.Write(ref _droppedBefore, dropped);
        }
    }

    /// <summary>One thread, another than that of <see cref="Look"/>.</summary>
    internal void Count(ScoredBy by, int scored, int disagreed)
    {
        if (_tally is not { } tally || !ReferenceEquals(tally.By, by))
        {
            tally = new Tally(by);
            Volatile.Write(ref _tally, tally);
        }

        Volatile.Write(ref tally.Scored, tally.Scored + scored);
        Volatile.Write(ref tally.Disagreed, tally.Disagreed + disagreed);
    }

    private sealed class Tally(ScoredBy by)
    {
        public long Scored;
        public long Disagreed;

        public ScoredBy By => by;
    }
}

/// <summary>The candidates that are compared with one model in service.</summary>
/// <param name="Base">The champion, or the model of feature lists.</param>
/// <param name="TakesLists">Whether it is compared on feature lists; else on payments.</param>
public sealed record ShadowGroup(ModelHolder Base, bool TakesLists, IReadOnlyList<ShadowCandidate> Candidates)
{
    /// <summary>Whether anybody is there to be compared.</summary>
    public bool IsWanted
    {
        get
        {
            // Without an enumerator: asked with every batch that is compared.
            for (var i = 0; i < Candidates.Count; i++)
            {
                if (Candidates[i].Models.Occupant is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
