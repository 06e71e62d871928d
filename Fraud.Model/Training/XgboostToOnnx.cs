using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Onnx;

namespace Fraud.Model.Training;

/// <summary>
/// Turns XGBoost's JSON into an ONNX model with one TreeEnsembleClassifier: input float [rows, features],
/// outputs labels int64 [rows] and probabilities float [rows, 2]. Each node carries its cover, the sum of hessians of the
/// training rows that came to it.
/// </summary>
internal static class XgboostToOnnx
{
    public static byte[] Convert(byte[] xgboostJson, int features, int trees)
    {
        using var document = JsonDocument.Parse(xgboostJson);
        var learner = document.RootElement.GetProperty("learner");
        var baseScore = double.Parse(
            learner.GetProperty("learner_model_param").GetProperty("base_score").GetString()!, CultureInfo.InvariantCulture);
        var ensemble = new Ensemble();
        var id = 0;
        foreach (var tree in learner.GetProperty("gradient_booster").GetProperty("model").GetProperty("trees").EnumerateArray().Take(trees))
        {
            ensemble.Add(id++, tree);
        }

        var node = new NodeProto { OpType = "TreeEnsembleClassifier", Domain = "ai.onnx.ml", Name = "trees" };
        node.Input.Add("features");
        node.Output.Add("label");
        node.Output.Add("probabilities");
        ensemble.WriteTo(node, (float)Math.Log(baseScore / (1 - baseScore)));

        var graph = new GraphProto { Name = "fraud" };
        graph.Node.Add(node);
        graph.Input.Add(Tensor("features", TensorProto.Types.DataType.Float, features));
        graph.Output.Add(Tensor("label", TensorProto.Types.DataType.Int64, null));
        graph.Output.Add(Tensor("probabilities", TensorProto.Types.DataType.Float, 2));

        var model = new ModelProto { IrVersion = 8, ProducerName = "fraud", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 15 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        return model.ToByteArray();
    }

    private static ValueInfoProto Tensor(string name, TensorProto.Types.DataType type, int? columns)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "rows" });
        if (columns is { } count)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = count });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private sealed class Ensemble
    {
        private readonly List<long> _treeIds = [], _nodeIds = [], _features = [], _yes = [], _no = [], _missingYes = [];
        private readonly List<float> _values = [], _covers = [];
        private readonly List<ByteString> _modes = [];
        private readonly List<long> _leafTrees = [], _leafNodes = [];
        private readonly List<float> _leafWeights = [];

        public void Add(int id, JsonElement tree)
        {
            var left = Ints(tree, "left_children");
            var right = Ints(tree, "right_children");
            var splits = Ints(tree, "split_indices");
            var defaultLeft = Ints(tree, "default_left");
            var conditions = Singles(tree, "split_conditions");
            var hessians = tree.TryGetProperty("sum_hessian", out _) ? Singles(tree, "sum_hessian") : null;
            var reachable = Reachable(left, right);
            for (var node = 0; node < left.Length; node++)
            {
                // Pruning leaves its nodes in the file; ONNX Runtime would add their weights to its first node.
                if (!reachable[node])
                {
                    continue;
                }

                var isLeaf = left[node] < 0;
                _treeIds.Add(id);
                _nodeIds.Add(node);
                // XGBoost goes left when value < condition.
                _modes.Add(ByteString.CopyFromUtf8(isLeaf ? "LEAF" : "BRANCH_LT"));
                _features.Add(isLeaf ? 0 : splits[node]);
                _values.Add(isLeaf ? 0 : conditions[node]);
                _yes.Add(isLeaf ? 0 : left[node]);
                _no.Add(isLeaf ? 0 : right[node]);
                _missingYes.Add(isLeaf ? 0 : defaultLeft[node]);
                _covers.Add(hessians?[node] ?? 1);
                if (isLeaf)
                {
                    _leafTrees.Add(id);
                    _leafNodes.Add(node);
                    _leafWeights.Add(conditions[node]);
                }
            }
        }

        public void WriteTo(NodeProto node, float baseLogit)
        {
            Ints(node, "nodes_treeids", _treeIds);
            Ints(node, "nodes_nodeids", _nodeIds);
            Ints(node, "nodes_featureids", _features);
            Ints(node, "nodes_truenodeids", _yes);
            Ints(node, "nodes_falsenodeids", _no);
            Ints(node, "nodes_missing_value_tracks_true", _missingYes);
            Floats(node, "nodes_values", _values);
            // Of no effect on scores; 1 where not known. Reasons weigh the branches not taken by them (Reasons.TreeEnsemble), as XGBoost does.
            Floats(node, "nodes_hitrates", _covers);
            var modes = new AttributeProto { Name = "nodes_modes", Type = AttributeProto.Types.AttributeType.Strings };
            modes.Strings.AddRange(_modes);
            node.Attribute.Add(modes);
            Ints(node, "class_treeids", _leafTrees);
            Ints(node, "class_nodeids", _leafNodes);
            // One class id for all: the runtime then treats the sum as the positive class's logit.
            Ints(node, "class_ids", _leafNodes.Select(static _ => 0L));
            Floats(node, "class_weights", _leafWeights);
            Ints(node, "classlabels_int64s", [0L, 1L]);
            Floats(node, "base_values", [baseLogit]);
            node.Attribute.Add(new AttributeProto
            {
                Name = "post_transform",
                Type = AttributeProto.Types.AttributeType.String,
                S = ByteString.CopyFromUtf8("LOGISTIC"),
            });
        }

        private static bool[] Reachable(int[] left, int[] right)
        {
            var reachable = new bool[left.Length];
            var open = new Stack<int>([0]);
            while (open.TryPop(out var node))
            {
                reachable[node] = true;
                if (left[node] >= 0)
                {
                    open.Push(left[node]);
                    open.Push(right[node]);
                }
            }

            return reachable;
        }

        private static int[] Ints(JsonElement tree, string name) =>
            [.. tree.GetProperty(name).EnumerateArray().Select(static value => value.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                _ => value.GetInt32(),
            })];

        private static float[] Singles(JsonElement tree, string name) =>
            [.. tree.GetProperty(name).EnumerateArray().Select(static value => value.GetSingle())];

        private static void Ints(NodeProto node, string name, IEnumerable<long> values)
        {
            var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
            attribute.Ints.AddRange(values);
            node.Attribute.Add(attribute);
        }

        private static void Floats(NodeProto node, string name, IEnumerable<float> values)
        {
            var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
            attribute.Floats.AddRange(values);
            node.Attribute.Add(attribute);
        }
    }
}
