using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>One scoring thread's models: each payment of a group becomes a row of the one that decides it.</summary>
/// <remarks>One thread. Each model keeps the version it has for the whole group.</remarks>
internal sealed class ScorerSet : IModelsInUse
{
    private readonly ModelRoutes _routes;
    private readonly ScorerSlot _champion;
    private readonly ScorerSlot? _features;
    private readonly ScorerSlot[] _challengers;
    private readonly ScorerSlot[] _all;

    public ScorerSet(ModelRoutes routes, int maxRows)
    {
        _routes = routes;
        _champion = new ScorerSlot(routes.Champion, maxRows, CardSplit.Champion);
        _features = routes.Features is { } features ? new ScorerSlot(features, maxRows, ScorerSlot.FeatureModel) : null;
        _challengers = [.. routes.Challengers.Select((challenger, arm) => new ScorerSlot(challenger, maxRows, arm))];
        _all = [_champion, .. _challengers, .. _features is null ? [] : (ScorerSlot[])[_features]];
    }

    public ReadOnlySpan<ScorerSlot> Slots => _all;

    public void Add(Payment payment)
    {
        var slot = SlotOf(payment);
        // Nobody is named challenger: its cards are the champion's.
        if (!slot.TryOpen())
        {
            slot = _champion;
            slot.TryOpen();
        }

        slot.Add(payment);
    }

    public void Score(TimeProvider time)
    {
        foreach (var slot in _all)
        {
            slot.Score(time);
        }
    }

    public ServedModel Of(ScoredBy by)
    {
        foreach (var slot in _all)
        {
            if (slot.Model is { } model && ReferenceEquals(model.ScoredBy, by))
            {
                return model;
            }
        }

        throw new ArgumentException("No model of this group scored it.", nameof(by));
    }

    public void Clear()
    {
        foreach (var slot in _all)
        {
            slot.Clear();
        }
    }

    /// <summary>Lets go of the models.</summary>
    public void Release()
    {
        foreach (var slot in _all)
        {
            slot.Release();
        }
    }

    private ScorerSlot SlotOf(Payment payment)
    {
        if (_features is not null && _routes.IsForFeatures(payment.Transaction))
        {
            return _features;
        }

        if (_challengers.Length == 0)
        {
            return _champion;
        }

        var arm = _routes.Split.ArmOf(payment.Transaction);
        return arm == CardSplit.Champion ? _champion : _challengers[arm];
    }
}
