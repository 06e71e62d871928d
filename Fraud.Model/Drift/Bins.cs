using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fraud.Model.Drift;

/// <summary>
/// Bins of a number: below the least of the reference, between the edges, above the greatest, and missing. A value
/// belongs to the first edge that is not less than it.
/// </summary>
public sealed class Bins
{
    /// <summary>Bins that edges are chosen for: each with a twentieth of the reference, as credit scoring has it.</summary>
    public const int Wanted = 20;

    // A rest smaller than this is joined to its neighbour: the noise of rare bins would drown their news.
    private const double LeastShare = 0.01;

    private readonly float[] _padded;
    private readonly int _missing;

    /// <param name="edges">Ascending, finite; at least one.</param>
    public Bins(IReadOnlyList<float> edges)
    {
        Edges = edges;
        _missing = edges.Count + 1;
        // Nothing is greater than infinity: what pads the last vector never counts.
        _padded = new float[(edges.Count + Vector256<float>.Count - 1) / Vector256<float>.Count * Vector256<float>.Count];
        Array.Fill(_padded, float.PositiveInfinity);
        for (var i = 0; i < edges.Count; i++)
        {
            _padded[i] = edges[i];
        }
    }

    public IReadOnlyList<float> Edges { get; }

    /// <summary>Bins in all: one an edge, one above them, one for missing values.</summary>
    public int Count => Edges.Count + 2;

    public int Of(float value)
    {
        if (float.IsNaN(value))
        {
            return _missing;
        }

        var wanted = Vector256.Create(value);
        ref var first = ref MemoryMarshal.GetArrayDataReference(_padded);
        var below = 0;
        for (var i = 0; i < _padded.Length; i += Vector256<float>.Count)
        {
            below += BitOperations.PopCount(Vector256.GreaterThan(wanted, Vector256.LoadUnsafe(ref first, (nuint)i)).ExtractMostSignificantBits());
        }

        return below;
    }

    /// <summary>
    /// Edges that cut the values into about equal parts. Equal values stay together, so a number with few different
    /// values has a bin for each that is common.
    /// </summary>
    /// <param name="values">In any order; sorted here. Those that are no number do not count.</param>
    public static Bins Of(Span<float> values)
    {
        values.Sort();
        // NaN sorts before every number.
        var missing = 0;
        while (missing < values.Length && float.IsNaN(values[missing]))
        {
            missing++;
        }

        var sorted = values[missing..];
        if (sorted.IsEmpty)
        {
            return new Bins([0]);
        }

        // Below the least value nothing of the reference lies: a bin that only fills when something is new.
        var edges = new List<float> { Finite(MathF.BitDecrement(sorted[0])) };
        var target = sorted.Length / (double)Wanted;
        var start = 0;
        while (start < sorted.Length)
        {
            var end = Math.Min(sorted.Length, Math.Max(start + 1, (int)Math.Ceiling(start + target)));
            while (end < sorted.Length && sorted[end].Equals(sorted[end - 1]))
            {
                end++;
            }

            var edge = Finite(sorted[end - 1]);
            if (end == sorted.Length && end - start < LeastShare * sorted.Length && edges.Count > 2)
            {
                edges[^1] = edge;
            }
            else if (edge > edges[^1])
            {
                edges.Add(edge);
            }

            start = end;
        }

        return new Bins(edges);
    }

    private static float Finite(float value) => Math.Clamp(value, float.MinValue, float.MaxValue);
}
