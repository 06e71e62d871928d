using Fraud.Model.Reasons;

namespace Fraud.Benchmarks.Reasons;

/// <summary>
/// TreeSHAP as published (Lundberg, Erion and Lee 2018, algorithm 2) and as XGBoost runs it: a path of weights that is
/// extended at each split and unwound at each leaf. In double precision, with buffers made once. For one thread.
/// </summary>
internal sealed class PublishedTreeShap(TreeEnsemble ensemble)
{
    private readonly Element[] _path = new Element[Triangle(ensemble.Trees.Max(static tree => Depth(tree.Nodes, 0)) + 2)];

    public void Explain(ReadOnlySpan<float> row, Span<double> contributions)
    {
        contributions.Clear();
        foreach (var tree in ensemble.Trees)
        {
            Visit(tree.Nodes, 0, row, contributions, _path, 0, new Element(-1, 1, 1, 0));
        }
    }

    private static void Visit(
        TreeNode[] nodes, int index, ReadOnlySpan<float> row, Span<double> contributions, Span<Element> path, int depth, Element last)
    {
        Extend(path, depth, last);
        ref readonly var node = ref nodes[index];
        if (node.IsLeaf)
        {
            for (var i = 1; i <= depth; i++)
            {
                contributions[path[i].Feature] += UnwoundSum(path, depth, i) * (path[i].One - path[i].Zero) * node.Weight;
            }

            return;
        }

        var isLeft = node.GoesLeft(row);
        var (hot, cold) = isLeft ? (node.Left, node.Right) : (node.Right, node.Left);
        var (zero, one) = (1.0, 1.0);
        var earlier = 1;
        while (earlier <= depth && path[earlier].Feature != node.Feature)
        {
            earlier++;
        }

        if (earlier <= depth)
        {
            (zero, one) = (path[earlier].Zero, path[earlier].One);
            Unwind(path, depth, earlier);
            depth--;
        }

        // Each child extends a copy.
        var copy = path[(depth + 1)..];
        path[..(depth + 1)].CopyTo(copy);
        Visit(nodes, hot, row, contributions, copy, depth + 1, new Element(node.Feature, zero * node.ShareOf(nodes[hot]), one, 0));
        path[..(depth + 1)].CopyTo(copy);
        Visit(nodes, cold, row, contributions, copy, depth + 1, new Element(node.Feature, zero * node.ShareOf(nodes[cold]), 0, 0));
    }

    private static void Extend(Span<Element> path, int depth, Element last)
    {
        path[depth] = last with { Weight = depth == 0 ? 1 : 0 };
        for (var i = depth - 1; i >= 0; i--)
        {
            path[i + 1].Weight += last.One * path[i].Weight * (i + 1) / (depth + 1);
            path[i].Weight = last.Zero * path[i].Weight * (depth - i) / (depth + 1);
        }
    }

    private static void Unwind(Span<Element> path, int depth, int element)
    {
        var (zero, one) = (path[element].Zero, path[element].One);
        var next = path[depth].Weight;
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var before = path[i].Weight;
                path[i].Weight = next * (depth + 1) / ((i + 1) * one);
                next = before - (path[i].Weight * zero * (depth - i) / (depth + 1));
            }
            else
            {
                path[i].Weight = path[i].Weight * (depth + 1) / (zero * (depth - i));
            }
        }

        for (var i = element; i < depth; i++)
        {
            path[i] = path[i + 1] with { Weight = path[i].Weight };
        }
    }

    private static double UnwoundSum(ReadOnlySpan<Element> path, int depth, int element)
    {
        var (zero, one) = (path[element].Zero, path[element].One);
        var next = path[depth].Weight;
        var total = 0.0;
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var weight = next * (depth + 1) / ((i + 1) * one);
                total += weight;
                next = path[i].Weight - (weight * zero * (depth - i) / (depth + 1));
            }
            else if (zero != 0)
            {
                total += path[i].Weight / zero * (depth + 1) / (depth - i);
            }
        }

        return total;
    }

    private static int Depth(TreeNode[] nodes, int index) =>
        nodes[index].IsLeaf ? 0 : 1 + Math.Max(Depth(nodes, nodes[index].Left), Depth(nodes, nodes[index].Right));

    private static int Triangle(int depth) => depth * (depth + 1) / 2;

    private record struct Element(int Feature, double Zero, double One, double Weight);
}
