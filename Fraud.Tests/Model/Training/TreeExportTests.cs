using System.Globalization;
using System.Text.Json;
using CsCheck;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Training;

/// <summary>Trees of any shape, exported and scored by ONNX Runtime, against a walk through them. Needs no XGBoost.</summary>
public sealed class TreeExportTests
{
    private const int Columns = 4;
    private const int MaxDepth = 5;

    // Few values, so that many rows lie on a split; missing ones as often.
    private static readonly Gen<float> Value = Gen.OneOf(Gen.OneOf(float.NaN, -1f, 0f, -0f, 1f, 2f), Gen.Single[-10, 10]);

    private static readonly Gen<Node> AnyTree = Gen.Recursive<Node>(static (depth, child) =>
    {
        var leaf = Gen.Single[-1, 1].Select(static weight => new Node(weight));
        return depth == MaxDepth
            ? leaf
            : Gen.Frequency(
                (1, leaf),
                (3, Gen.Select(
                    Gen.Int[0, Columns - 1], Gen.OneOf(Gen.OneOf(-1f, 0f, 1f, 2f), Gen.Single[-10, 10]), Gen.Bool, child, child,
                    static (column, condition, isMissingLeft, left, right) => new Node(condition, column, isMissingLeft, left, right))));
    });

    [Fact]
    public void Convert_AnyTrees_ScoreAsTheTreesDo() => Gen.Select(AnyTree.List[1, 4], Gen.OneOf(0.5, 0.03), Value.Array[Columns].List[1, 20]).Sample(
        static (trees, baseScore, rows) =>
        {
            var scores = Score(XgboostToOnnx.Convert(Xgboost(trees, baseScore), Columns, trees.Count), rows);

            for (var i = 0; i < rows.Count; i++)
            {
                var margin = Math.Log(baseScore / (1 - baseScore)) + trees.Sum(tree => (double)tree.Walk(rows[i]));
                Assert.Equal(1 / (1 + Math.Exp(-margin)), scores[i], 1e-5);
            }
        },
        iter: 30);

    private static float[] Score(byte[] onnx, List<float[]> rows)
    {
        var data = new Dataset(Columns);
        rows.ForEach(row => data.Add(row, fraud: false, default));
        using var folder = new TempFolder();
        ModelFolder.Write(
            folder.Path, ModelFolder.Manifest([.. Enumerable.Range(1, Columns).Select(static i => new ModelInput($"V{i}", InputSource.Payload))]), onnx);
        using var model = OnnxModel.Load(folder.Path);
        return ModelWriter.Score(model, data);
    }

    private static byte[] Xgboost(List<Node> trees, double baseScore) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        learner = new
        {
            learner_model_param = new { base_score = baseScore.ToString("E8", CultureInfo.InvariantCulture) },
            gradient_booster = new { model = new { trees = trees.Select(static tree => new Table(tree)).Select(static table => table.Fields) } },
        },
    });

    /// <summary>A leaf, or a split: below the condition goes left.</summary>
    private sealed record Node(float Condition, int Column = 0, bool IsMissingLeft = false, Node? Left = null, Node? Right = null)
    {
        public float Walk(float[] row) => Left is null ? Condition : (IsLeft(row[Column]) ? Left : Right!).Walk(row);

        private bool IsLeft(float value) => float.IsNaN(value) ? IsMissingLeft : value < Condition;
    }

    /// <summary>A tree as XGBoost writes it: a column for each field, a row for each node.</summary>
    private sealed class Table
    {
        private readonly List<int> _left = [], _right = [], _columns = [], _missingLeft = [];
        private readonly List<float> _conditions = [];

        public Table(Node root) => Add(root);

        public object Fields => new
        {
            left_children = _left,
            right_children = _right,
            split_indices = _columns,
            default_left = _missingLeft,
            split_conditions = _conditions,
        };

        private int Add(Node node)
        {
            var id = _left.Count;
            _left.Add(-1);
            _right.Add(-1);
            _columns.Add(node.Column);
            _missingLeft.Add(node.IsMissingLeft ? 1 : 0);
            _conditions.Add(node.Condition);
            if (node.Left is not null)
            {
                _left[id] = Add(node.Left);
                _right[id] = Add(node.Right!);
            }

            return id;
        }
    }
}
