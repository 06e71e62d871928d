using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>A way to learn from rows of the card data set.</summary>
internal interface ICardLearner
{
    /// <summary>Boosting rounds or epochs.</summary>
    int Rounds { get; }

    /// <summary>Everything that decides the result, for the manifest.</summary>
    IReadOnlyDictionary<string, string> Parameters { get; }

    /// <param name="weights">What each row counts.</param>
    /// <param name="progress">Called with the share that is done.</param>
    ICardModel Fit(Dataset rows, IReadOnlyList<float> weights, Action<double> progress, CancellationToken cancellation);
}

/// <summary>What was learned.</summary>
internal interface ICardModel : IDisposable
{
    /// <summary>The trainer's own logits of fraud, at the fraud rate it was trained with.</summary>
    /// <remarks>Not probabilities: one near 1 has no digits left that a move to a rarer fraud rate would need.</remarks>
    float[] Logits(Dataset rows);

    /// <summary>The exported model, its logits moved by a constant.</summary>
    byte[] Export(double logitShift);

    /// <summary>Measures that only this kind of model has.</summary>
    IEnumerable<KeyValuePair<string, double>> Measures(Dataset rows);
}
