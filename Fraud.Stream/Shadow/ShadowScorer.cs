using Fraud.Model;
using Fraud.Model.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>
/// Scores what waits in a ring with the candidates of one group, and with the model in service where a challenger
/// decided, so that every candidate is compared with it on the same payments.
/// </summary>
/// <remarks>One thread; allocates nothing.</remarks>
internal sealed class ShadowScorer : IDisposable
{
    private readonly ShadowGroup _group;
    private readonly HeldScorer _base;
    private readonly HeldScorer[] _candidates;
    private readonly TimeProvider _time;
    private readonly int[] _rows;
    private readonly float[] _baseScores;
    private readonly float[] _scores;

    public ShadowScorer(ShadowGroup group, int maxRows, TimeProvider time)
    {
        _group = group;
        _time = time;
        _base = new HeldScorer(group.Base, maxRows);
        _candidates = [.. group.Candidates.Select(candidate => new HeldScorer(candidate.Models, maxRows))];
        _rows = new int[maxRows];
        _baseScores = new float[maxRows];
        _scores = new float[maxRows];
    }

    /// <param name="count">Of the ring's oldest rows.</param>
    /// <param name="record">Takes each comparison.</param>
    public void Score(ShadowRing ring, int count, Action<ShadowScore> record)
    {
        var rows = 0;
        for (var row = 0; row < count; row++)
        {
            if ((ring.ArmOf(row) == ScorerSlot.FeatureModel) == _group.TakesLists)
            {
                _rows[rows++] = row;
            }
        }

        if (rows == 0 || !_group.IsWanted || _base.TryUse() is not { } usual)
        {
            LetGoOfFormer();
            return;
        }

        var mine = _rows.AsSpan(0, rows);
        var baseArm = _group.TakesLists ? ScorerSlot.FeatureModel : CardSplit.Champion;
        Fill(ring, mine, usual, baseArm, _baseScores);
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < _candidates.Length; i++)
        {
            var candidate = _group.Candidates[i];
            if (_candidates[i].TryUse() is not { } scorer)
            {
                continue;
            }

            // A shadow has the champion's number, but decides nothing.
            var arm = candidate.IsChallenger ? candidate.Arm : int.MinValue;
            Fill(ring, mine, scorer, arm, _scores);
            var by = _candidates[i].Model!.ScoredBy;
            candidate.Count(by, rows, Compare(ring, mine, by, arm, baseArm, nowMs, record));
        }
    }

    /// <summary>Lets go of the models whose seats are empty.</summary>
    public void LetGoOfFormer()
    {
        foreach (var candidate in _candidates)
        {
            candidate.LetGoOfFormer();
        }
    }

    public void Dispose()
    {
        _base.Release();
        foreach (var candidate in _candidates)
        {
            candidate.Release();
        }
    }

    /// <summary>The model's scores of the rows: known where it decided, else asked for in one call.</summary>
    private static void Fill(ShadowRing ring, ReadOnlySpan<int> rows, OnnxScorer scorer, int arm, float[] into)
    {
        var asked = 0;
        foreach (var row in rows)
        {
            if (ring.ArmOf(row) != arm)
            {
                scorer.SetRow(asked++, ring.FeaturesOf(row), ring.PayloadOf(row));
            }
        }

        var scores = asked > 0 ? scorer.Score(asked) : [];
        var next = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            into[i] = ring.ArmOf(rows[i]) == arm ? ring.ScoreOf(rows[i]) : scores[next++];
        }
    }

    /// <returns>On how many payments the two decide differently.</returns>
    private int Compare(
        ShadowRing ring, ReadOnlySpan<int> rows, ScoredBy candidate, int arm, int baseArm, long nowMs, Action<ShadowScore> record)
    {
        var disagreed = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            var decider = ring.ArmOf(row);
            // Who decided signed it; that may be a version that was replaced since.
            var by = decider == arm ? ring.ByOf(row) : candidate;
            var baseBy = decider == baseArm ? ring.ByOf(row) : _base.Model!.ScoredBy;
            var decision = DecideFlow.Decide(_scores[i], by);
            var baseDecision = DecideFlow.Decide(_baseScores[i], baseBy);
            disagreed += decision == baseDecision ? 0 : 1;
            record(new ShadowScore(
                ring.IdOf(row), by, _scores[i], decision, baseBy, _baseScores[i], baseDecision, decider == arm, nowMs));
        }

        return disagreed;
    }
}
