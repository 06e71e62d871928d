using Google.Protobuf;
using Onnx;

namespace Fraud.Model.Reasons;

/// <summary>The trees of a model.onnx with the cover of each node: what exact contributions need.</summary>
/// <param name="Base">Added to the sum of the leaves.</param>
internal sealed record TreeEnsemble(int Columns, double Base, IReadOnlyList<DecisionTree> Trees)
{
    // Far above any trained tree; a chain that is deeper is no model of ours, and is walked recursively.
    private const int MaxDepth = 64;

    /// <summary>
    /// Finds the ensemble that reads the graph's input, wherever it stands: what follows (a calibration) may bend the
    /// margin but adds no features.
    /// </summary>
    /// <returns>
    /// Null for what cannot be explained exactly: no trees or several ensembles of them, trees of several classes, other
    /// comparisons than &lt; and ≤, or no covers (nodes_hitrates absent or all 1, as other converters write).
    /// </returns>
    public static TreeEnsemble? Read(byte[] onnx, int columns)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(onnx);
        }
        catch (InvalidProtocolBufferException)
        {
            // ONNX Runtime reads older and newer formats than this parser knows; reasons then come another way.
            return null;
        }

        if (model.Graph is not { Input.Count: > 0 } graph)
        {
            return null;
        }

        var given = new HashSet<string>(StringComparer.Ordinal) { graph.Input[0].Name };
        NodeProto? found = null;
        foreach (var node in graph.Node)
        {
            if (node.Input.Count == 0 || !given.Contains(node.Input[0]))
            {
                continue;
            }

            if (node.OpType is "Identity" or "Cast")
            {
                given.Add(node.Output[0]);
            }
            else if (found is not null || node.OpType is not ("TreeEnsembleClassifier" or "TreeEnsembleRegressor"))
            {
                // The score depends on the features by another way too.
                return null;
            }
            else
            {
                found = node;
            }
        }

        return found is null ? null : Of(found, columns);
    }

    private static TreeEnsemble? Of(NodeProto node, int columns)
    {
        var attributes = node.Attribute.ToDictionary(static attribute => attribute.Name, StringComparer.Ordinal);
        var kind = node.OpType == "TreeEnsembleClassifier" ? "class" : "target";
        var (treeIds, nodeIds, features) = (Ints("nodes_treeids"), Ints("nodes_nodeids"), Ints("nodes_featureids"));
        var (yes, no, missing) = (Ints("nodes_truenodeids"), Ints("nodes_falsenodeids"), Ints("nodes_missing_value_tracks_true"));
        var (values, covers, bases) = (Floats("nodes_values"), Floats("nodes_hitrates"), Floats("base_values"));
        var modes = attributes.GetValueOrDefault("nodes_modes")?.Strings.Select(static mode => mode.ToStringUtf8()).ToArray() ?? [];
        var (leafTrees, leafNodes, leafIds, weights) =
            (Ints($"{kind}_treeids"), Ints($"{kind}_nodeids"), Ints($"{kind}_ids"), Floats($"{kind}_weights"));
        var count = treeIds.Count;
        if (count == 0 || nodeIds.Count != count || features.Count != count || yes.Count != count || no.Count != count
            || (missing.Count != 0 && missing.Count != count) || values.Count != count || modes.Length != count
            || leafNodes.Count != leafTrees.Count || weights.Count != leafTrees.Count || leafIds.Distinct().Count() > 1
            || bases.Count > 1 || (attributes.TryGetValue("aggregate_function", out var sum) && sum.S.ToStringUtf8() != "SUM")
            || covers.Count != count || covers.All(static cover => cover == 1) || covers.Any(static cover => !(cover >= 0 && float.IsFinite(cover))))
        {
            return null;
        }

        var places = new Dictionary<(long Tree, long Node), int>(count);
        for (var i = 0; i < count; i++)
        {
            if (!places.TryAdd((treeIds[i], nodeIds[i]), i))
            {
                return null;
            }
        }

        var leaves = new float[count];
        for (var i = 0; i < leafTrees.Count; i++)
        {
            if (!places.TryGetValue((leafTrees[i], leafNodes[i]), out var place))
            {
                return null;
            }

            leaves[place] += weights[i];
        }

        var trees = new List<DecisionTree>();
        foreach (var tree in Enumerable.Range(0, count).GroupBy(i => treeIds[i]))
        {
            var nodes = new List<TreeNode>();
            // A tree's first node is its root, as ONNX Runtime has it.
            if (Add(tree.First(), 0) < 0)
            {
                return null;
            }

            trees.Add(new DecisionTree([.. nodes]));

            int Add(int place, int depth)
            {
                var index = nodes.Count;
                if (modes[place] == "LEAF")
                {
                    nodes.Add(TreeNode.Leaf(covers[place], leaves[place]));
                    return index;
                }

                if (modes[place] is not ("BRANCH_LT" or "BRANCH_LEQ") || depth == MaxDepth || features[place] < 0 || features[place] >= columns
                    || !places.TryGetValue((tree.Key, yes[place]), out var left) || !places.TryGetValue((tree.Key, no[place]), out var right))
                {
                    return -1;
                }

                nodes.Add(default);
                var (leftIndex, rightIndex) = (Add(left, depth + 1), -1);
                if (leftIndex < 0 || (rightIndex = Add(right, depth + 1)) < 0)
                {
                    return -1;
                }

                // x ≤ v is x < the next number after v.
                var below = modes[place] == "BRANCH_LT" ? values[place] : MathF.BitIncrement(values[place]);
                nodes[index] = new TreeNode(
                    (int)features[place], below, missing.Count > 0 && missing[place] != 0, leftIndex, rightIndex, covers[place], 0);
                return index;
            }
        }

        return new TreeEnsemble(columns, bases.Count == 0 ? 0 : bases[0], trees);

        IList<long> Ints(string name) => attributes.TryGetValue(name, out var attribute) ? attribute.Ints : [];

        IList<float> Floats(string name) => attributes.TryGetValue(name, out var attribute) ? attribute.Floats : [];
    }
}

/// <summary>A tree; its root first.</summary>
internal sealed record DecisionTree(TreeNode[] Nodes)
{
    public int Leaf(ReadOnlySpan<float> row)
    {
        var node = 0;
        while (!Nodes[node].IsLeaf)
        {
            node = Nodes[node].GoesLeft(row) ? Nodes[node].Left : Nodes[node].Right;
        }

        return node;
    }
}

/// <param name="Feature">Column that it asks for; -1 for a leaf.</param>
/// <param name="Below">Rows go left whose value is less.</param>
/// <param name="MissingLeft">Where a missing value goes.</param>
/// <param name="Cover">Sum of hessians of the training rows that came here.</param>
/// <param name="Weight">Of a leaf, in log-odds.</param>
internal readonly record struct TreeNode(int Feature, float Below, bool MissingLeft, int Left, int Right, float Cover, float Weight)
{
    public bool IsLeaf => Feature < 0;

    public static TreeNode Leaf(float cover, float weight) => new(-1, 0, false, 0, 0, cover, weight);

    public bool GoesLeft(ReadOnlySpan<float> row) => row[Feature] < Below || (MissingLeft && float.IsNaN(row[Feature]));

    /// <summary>Share of this node's cover that a child of it has.</summary>
    public double ShareOf(in TreeNode child) => Cover > 0 ? (double)child.Cover / Cover : 0;
}
