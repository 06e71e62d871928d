using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fraud.Model.Reasons;

/// <summary>
/// Exact contributions of each feature to a tree model's margin: the path-dependent Shapley values of TreeSHAP (Lundberg,
/// Erion and Lee 2018, "Consistent Individualized Feature Attribution for Tree Ensembles", algorithm 2), those of
/// XGBoost's pred_contribs. Bias and contributions add up to the margin. Thread-safe; a call allocates nothing.
/// </summary>
/// <remarks>
/// Algorithm 2 extends and unwinds weights of subsets at each node. Here the same number is an integral. A leaf's share
/// in the value of a set S of known features is the product over its path's features of o_i (1 when the row satisfies all of
/// i's splits on the path, else 0) for those in S and of z_i (the share of cover that follows the path at i's splits)
/// for the others, and the Shapley value of a product is
///   φ_i = w (o_i - z_i) ∫₀¹ ∏_{j≠i} (t o_j + (1-t) z_j) dt,
/// because ∫ t^s (1-t)^(k-1-s) dt = s! (k-1-s)! / k!, the weight of a set of s. The integrand is a polynomial of degree
/// k - 1 in t, so n = ⌈k/2⌉ Gauss–Legendre points give it exactly, and all its factors are positive: nothing cancels.
/// Products are shared down the tree and sums of leaves up, as in Linear TreeSHAP (Yu, Bifet, Read and Xu 2022), a
/// vector operation of n lanes each: O(nodes) a row rather than O(leaves depth²). What depends on covers only, the
/// factors and their quotients for each outcome of a split, is computed once.
/// </remarks>
public sealed class TreeShap
{
    private const int VectorLanes = 4;

    // Sums in single precision over that many trees go on in double: the error stays near 1e-6.
    private const int TreesBetweenFlushes = 16;

    [ThreadStatic]
    private static Workspace? workspace;

    private readonly int _columns;
    private readonly int _lanes;
    private readonly int _mostSplits;
    private readonly int[] _treeEnds;
    private readonly TreeSplit[] _splits;
    private readonly float[] _tables;

    internal TreeShap(TreeEnsemble ensemble)
    {
        _columns = ensemble.Columns;
        var features = ensemble.Trees.Max(static tree => MostFeatures(tree.Nodes, 0, []));
        _lanes = Math.Max(1, (features + (2 * VectorLanes) - 1) / (2 * VectorLanes)) * VectorLanes;
        var compiler = new SplitCompiler(_lanes, _columns);
        _treeEnds = [.. ensemble.Trees.Select(compiler.Add)];
        _splits = [.. compiler.Splits];
        _tables = [.. compiler.Tables];
        _mostSplits = compiler.MostSplits;
        Bias = ensemble.Base + ensemble.Trees.Sum(static tree => Mean(tree.Nodes, 0));
    }

    /// <summary>Expected margin over the training rows, in log-odds.</summary>
    public double Bias { get; }

    public int Columns => _columns;

    /// <summary>Memory of the tables.</summary>
    public long Bytes => ((long)_tables.Length * sizeof(float)) + ((long)_splits.Length * Unsafe.SizeOf<TreeSplit>());

    /// <summary>Of a model's file; null when it has no trees that can be explained exactly.</summary>
    /// <param name="onnx">The content of model.onnx.</param>
    /// <param name="columns">How many the model takes.</param>
    public static TreeShap? Read(byte[] onnx, int columns) =>
        TreeEnsemble.Read(onnx, columns) is { } ensemble ? new TreeShap(ensemble) : null;

    /// <param name="row">The model's own columns; NaN is missing.</param>
    /// <param name="contributions">Log-odds that each column adds to the bias; one a column.</param>
    public void Explain(ReadOnlySpan<float> row, Span<double> contributions)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, _columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(contributions.Length, _columns);
        var work = workspace ??= new Workspace();
        work.Reserve(_mostSplits, _lanes, _columns);
        contributions.Clear();
        Array.Clear(work.Sums, 0, _columns * VectorLanes);
        var (first, unflushed) = (0, 0);
        foreach (var end in _treeEnds)
        {
            if (end > first)
            {
                Add(_splits.AsSpan(first, end - first), row, work);
                first = end;
            }

            if (++unflushed == TreesBetweenFlushes)
            {
                Flush(work.Sums, contributions);
                unflushed = 0;
            }
        }

        Flush(work.Sums, contributions);
    }

    private void Add(ReadOnlySpan<TreeSplit> splits, ReadOnlySpan<float> row, Workspace work)
    {
        ref var tables = ref MemoryMarshal.GetArrayDataReference(_tables);
        ref var values = ref MemoryMarshal.GetArrayDataReference(work.Values);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(work.Sums);
        // Offsets below come from the compiler, which the arrays were sized by.
        var outcomes = work.Outcomes.AsSpan(0, splits.Length + 1);
        var offsets = work.Offsets.AsSpan(0, splits.Length);
        var lanes = (nuint)_lanes;
        for (nuint lane = 0; lane < lanes; lane += VectorLanes)
        {
            Vector128<float>.One.StoreUnsafe(ref values, lane);
        }

        // A split has the row's outcome 1 (left), 2 (right), or 0 when an earlier split on the same feature led elsewhere.
        outcomes[0] = TreeSplit.Left;
        var children = lanes;
        for (var i = 0; i < splits.Length; i++, children += 2 * lanes)
        {
            ref readonly var split = ref splits[i];
            var value = row[split.Feature];
            var left = value < split.Below || (split.MissingLeft && float.IsNaN(value));
            var outcome = outcomes[split.Earlier] == split.EarlierSide ? (left ? TreeSplit.Left : TreeSplit.Right) : TreeSplit.Elsewhere;
            outcomes[i + 1] = outcome;
            var table = split.Table + (outcome * SplitCompiler.VectorsOfOutcome * _lanes);
            offsets[i] = table;
            var own = (nuint)split.Slot;
            for (nuint lane = 0; lane < lanes; lane += VectorLanes)
            {
                var product = Vector128.LoadUnsafe(ref values, own + lane);
                (product * Vector128.LoadUnsafe(ref tables, (nuint)table + lane)).StoreUnsafe(ref values, children + lane);
                (product * Vector128.LoadUnsafe(ref tables, (nuint)table + lanes + lane)).StoreUnsafe(ref values, children + lanes + lane);
            }
        }

        for (var i = splits.Length - 1; i >= 0; i--)
        {
            children -= 2 * lanes;
            ref readonly var split = ref splits[i];
            var table = (nuint)offsets[i] + (2 * lanes);
            var own = (nuint)split.Slot;
            var sum = (nuint)(split.Feature * VectorLanes);
            var added = Vector128.LoadUnsafe(ref sums, sum);
            for (nuint lane = 0; lane < lanes; lane += VectorLanes)
            {
                var left = Vector128.LoadUnsafe(ref values, children + lane);
                var right = Vector128.LoadUnsafe(ref values, children + lanes + lane);
                (left + right).StoreUnsafe(ref values, own + lane);
                added += (left * Vector128.LoadUnsafe(ref tables, table + lane))
                    + (right * Vector128.LoadUnsafe(ref tables, table + lanes + lane));
            }

            added.StoreUnsafe(ref sums, sum);
        }
    }

    private void Flush(float[] sums, Span<double> contributions)
    {
        for (var column = 0; column < _columns; column++)
        {
            var lanes = sums.AsSpan(column * VectorLanes, VectorLanes);
            contributions[column] += (double)lanes[0] + lanes[1] + lanes[2] + lanes[3];
            lanes.Clear();
        }
    }

    /// <summary>Expected value of a subtree: its leaves by their covers.</summary>
    private static double Mean(TreeNode[] nodes, int index)
    {
        ref readonly var node = ref nodes[index];
        return node.IsLeaf
            ? node.Weight
            : (node.ShareOf(nodes[node.Left]) * Mean(nodes, node.Left)) + (node.ShareOf(nodes[node.Right]) * Mean(nodes, node.Right));
    }

    /// <summary>Most different features on a path.</summary>
    private static int MostFeatures(TreeNode[] nodes, int index, HashSet<int> path)
    {
        ref readonly var node = ref nodes[index];
        if (node.IsLeaf)
        {
            return path.Count;
        }

        var isNew = path.Add(node.Feature);
        var most = Math.Max(MostFeatures(nodes, node.Left, path), MostFeatures(nodes, node.Right, path));
        if (isNew)
        {
            path.Remove(node.Feature);
        }

        return most;
    }

    /// <summary>Buffers of one thread, for whichever model has the largest trees.</summary>
    private sealed class Workspace
    {
        public float[] Values { get; private set; } = [];

        public float[] Sums { get; private set; } = [];

        public byte[] Outcomes { get; private set; } = [];

        public int[] Offsets { get; private set; } = [];

        public void Reserve(int splits, int lanes, int columns)
        {
            if (Values.Length < ((2 * splits) + 1) * lanes)
            {
                Values = new float[((2 * splits) + 1) * lanes];
            }

            if (Offsets.Length < splits)
            {
                Offsets = new int[splits];
                Outcomes = new byte[splits + 1];
            }

            if (Sums.Length < columns * VectorLanes)
            {
                Sums = new float[columns * VectorLanes];
            }
        }
    }
}
