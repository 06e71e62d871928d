using Fraud.Model.Scoring;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Inference;

/// <summary>A thread's scorers, one for each model that it was asked for and that can still be asked. Holds their models.</summary>
internal sealed class ScorerCache(int maxRows) : IDisposable
{
    // A handful: as many as may be loaded.
    private readonly List<(ServedModel Model, OnnxScorer Scorer)> _scorers = [];

    /// <param name="model">Held by the caller.</param>
    public OnnxScorer For(ServedModel model)
    {
        foreach (var (known, scorer) in _scorers)
        {
            if (ReferenceEquals(known, model))
            {
                return scorer;
            }
        }

        var made = model.Model.CreateScorer(maxRows);
        model.TryRetain();
        _scorers.Add((model, made));
        return made;
    }

    /// <summary>Lets go of models that were unloaded or replaced.</summary>
    public void KeepOnly(Func<ServedModel, bool> isReady)
    {
        for (var i = _scorers.Count - 1; i >= 0; i--)
        {
            if (!isReady(_scorers[i].Model))
            {
                Drop(i);
            }
        }
    }

    public void Dispose()
    {
        for (var i = _scorers.Count - 1; i >= 0; i--)
        {
            Drop(i);
        }
    }

    private void Drop(int index)
    {
        var (model, scorer) = _scorers[index];
        _scorers.RemoveAt(index);
        scorer.Dispose();
        model.Release();
    }
}
