namespace Fraud.Model.Evaluation;

/// <summary>Scores sorted once, so that average precision under other weights is one pass. As <see cref="Training.Ranking"/> counts it.</summary>
internal sealed class RankedScores
{
    private readonly int[] _order;
    private readonly bool[] _isFraud;
    private readonly bool[] _endsTie;

    public RankedScores(IReadOnlyList<float> scores, IReadOnlyList<bool> isFraud)
    {
        var keys = scores.ToArray();
        _order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, _order);
        Array.Reverse(keys);
        Array.Reverse(_order);
        _isFraud = [.. _order.Select(row => isFraud[row])];
        _endsTie = [.. keys.Select((score, i) => i == keys.Length - 1 || keys[i + 1] != score)];
    }

    /// <summary>NaN when no fraud has a weight.</summary>
    public double AveragePrecision(int[] weights, int[] cardOf)
    {
        double sum = 0;
        long seen = 0, frauds = 0, gained = 0;
        for (var i = 0; i < _order.Length; i++)
        {
            var weight = weights[cardOf[_order[i]]];
            seen += weight;
            gained += _isFraud[i] ? weight : 0;
            if (_endsTie[i] && gained > 0)
            {
                frauds += gained;
                sum += (double)gained * frauds / seen;
                gained = 0;
            }
        }

        return sum / frauds;
    }
}
