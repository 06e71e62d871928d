using System.Runtime.InteropServices;

namespace Fraud.Model.Reasons;

/// <summary>Turns trees into splits in preorder and the vectors of their outcomes.</summary>
internal sealed class SplitCompiler(int lanes, int columns)
{
    /// <summary>Of a split: factors of left and right child on the way down, weights of both on the way up.</summary>
    public const int VectorsOfOutcome = 4;

    private readonly (double[] Points, double[] Weights) _quadrature = GaussLegendre.Of(lanes);

    // Of the path so far: the last split on each feature, the side taken, and the share of cover that follows.
    private readonly (int Split, byte Side, double Share)[] _path = [.. Enumerable.Repeat((0, TreeSplit.Left, 1.0), columns)];

    private int _root;

    public List<TreeSplit> Splits { get; } = [];

    public List<float> Tables { get; } = [];

    public int MostSplits { get; private set; }

    /// <returns>Where its splits end.</returns>
    public int Add(DecisionTree tree)
    {
        _root = Splits.Count;
        Visit(tree.Nodes, 0, 0);
        MostSplits = Math.Max(MostSplits, Splits.Count - _root);
        return Splits.Count;
    }

    private void Visit(TreeNode[] nodes, int index, int slot)
    {
        var node = nodes[index];
        if (node.IsLeaf)
        {
            return;
        }

        var number = Splits.Count - _root;
        var earlier = _path[node.Feature];
        // Without an earlier split on its feature there is no "elsewhere", and no table for it.
        var first = earlier.Split == 0 ? TreeSplit.Left : TreeSplit.Elsewhere;
        Splits.Add(new TreeSplit(
            node.Feature, node.Below, slot, earlier.Split, Tables.Count - (first * VectorsOfOutcome * lanes), earlier.Side, node.MissingLeft));
        for (var outcome = first; outcome <= TreeSplit.Right; outcome++)
        {
            AddTables(nodes, node, earlier.Share, outcome);
        }

        foreach (var side in (ReadOnlySpan<byte>)[TreeSplit.Left, TreeSplit.Right])
        {
            var child = side == TreeSplit.Left ? node.Left : node.Right;
            _path[node.Feature] = (number + 1, side, earlier.Share * node.ShareOf(nodes[child]));
            Visit(nodes, child, ((2 * number) + side) * lanes);
        }

        _path[node.Feature] = earlier;
    }

    private void AddTables(TreeNode[] nodes, in TreeNode node, double shareBefore, byte outcome)
    {
        var onPath = outcome != TreeSplit.Elsewhere;
        foreach (var isUp in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var side in (ReadOnlySpan<byte>)[TreeSplit.Left, TreeSplit.Right])
            {
                ref readonly var child = ref nodes[side == TreeSplit.Left ? node.Left : node.Right];
                var ratio = node.ShareOf(child);
                for (var lane = 0; lane < lanes; lane++)
                {
                    Tables.Add((float)(isUp
                        ? Up(shareBefore, shareBefore * ratio, onPath, outcome == side, lane)
                        : Down(shareBefore, ratio, onPath, outcome == side, lane) * (child.IsLeaf ? child.Weight : 1)));
                }
            }
        }
    }

    // The feature's factor t o + (1-t) z after the split by that before it; both are (1-t) z when neither is on the row's path.
    private double Down(double share, double ratio, bool wasOn, bool isOn, int lane)
    {
        var t = _quadrature.Points[lane];
        return wasOn ? ((isOn ? t : 0) + ((1 - t) * share * ratio)) / (t + ((1 - t) * share)) : ratio;
    }

    // (o - z) by the feature's factor, and what the split before it added for the same leaves taken back.
    private double Up(double shareBefore, double share, bool wasOn, bool isOn, int lane) =>
        _quadrature.Weights[lane] * (Gain(share, isOn, lane) - Gain(shareBefore, wasOn, lane));

    private double Gain(double share, bool isOn, int lane)
    {
        var t = _quadrature.Points[lane];
        // Also where the share is 0: it cancels out of -z / ((1-t) z).
        return isOn ? (1 - share) / (t + ((1 - t) * share)) : -1 / (1 - t);
    }
}

/// <summary>A split of a tree as <see cref="TreeShap"/> walks it.</summary>
/// <param name="Slot">Where its product and later its sum is kept; those of its children follow from its number.</param>
/// <param name="Earlier">Number + 1 of the split before it on the path that asks for the same feature; 0 for none.</param>
/// <param name="EarlierSide">The outcome of that which leads here.</param>
/// <param name="Table">Where the vectors of its outcomes begin.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TreeSplit(int Feature, float Below, int Slot, int Earlier, int Table, byte EarlierSide, bool MissingLeft)
{
    public const byte Elsewhere = 0;
    public const byte Left = 1;
    public const byte Right = 2;
}
