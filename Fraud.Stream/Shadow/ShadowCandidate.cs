using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>
/// A model that is compared with the one in service: a shadow, or a challenger, which is scored as a shadow on the cards
/// that others decide. What it counts is read from any thread.
/// </summary>
/// <param name="arm">The challenger's number; <see cref="CardSplit.Champion"/> for a shadow, which decides nothing.</param>
public sealed class ShadowCandidate(ModelHolder models, int arm)
{
    private long _scored;
    private long _disagreed;

    public ModelHolder Models => models;

    public int Arm => arm;

    public bool IsChallenger => arm != CardSplit.Champion;

    /// <summary>Payments that it was compared on.</summary>
    public long Scored => Volatile.Read(ref _scored);

    /// <summary>Of these, those that it would decide otherwise than the model in service.</summary>
    public long Disagreed => Volatile.Read(ref _disagreed);

    internal void Count(int scored, int disagreed)
    {
        Volatile.Write(ref _scored, _scored + scored);
        Volatile.Write(ref _disagreed, _disagreed + disagreed);
    }
}

/// <summary>The candidates that are compared with one model in service.</summary>
/// <param name="Base">The champion, or the model of feature lists.</param>
/// <param name="TakesLists">Whether it is compared on feature lists; else on payments.</param>
public sealed record ShadowGroup(ModelHolder Base, bool TakesLists, IReadOnlyList<ShadowCandidate> Candidates);
