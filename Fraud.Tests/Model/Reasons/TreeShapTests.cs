using System.Numerics;
using Fraud.Model.Reasons;
using Fraud.Model.Training;

namespace Fraud.Tests.Model.Reasons;

public sealed class TreeShapTests
{
    private const int Columns = 6;
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string, string> Parameters => new()
    {
        { "as training does", "tree_method", "exact" },
        { "histograms", "tree_method", "hist" },
        { "stumps", "max_depth", "1" },
        { "leaves only", "gamma", "1e9" },
        { "pruned trees", "gamma", "2" },
        { "deep trees, each feature many times on a path", "max_depth", "12" },
        { "another base score", "base_score", "0.03" },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Explain_AnyTrees_EqualsXgboostOnEveryRow(string name, string parameter, string value)
    {
        var data = Generate(2_000, Columns, seed: 8);
        using var matrix = new BoosterMatrix(data);
        using var booster = Train(matrix, 60, parameter, value);

        var worst = WorstDifference(booster, matrix, data, trees: 60);

        Assert.True(worst <= Tolerance, $"{name}: differs by {worst}");
    }

    [Fact]
    public void Explain_MoreFeaturesOnAPathThanOneVectorIsExactFor_EqualsXgboost()
    {
        // More than 8 and more than 16 of them need two and three vectors of four points.
        foreach (var columns in (int[])[12, 24])
        {
            var data = Generate(1_500, columns, seed: 4);
            using var matrix = new BoosterMatrix(data);
            using var booster = Train(matrix, 40, "max_depth", "20");

            Assert.InRange(WorstDifference(booster, matrix, data, trees: 40), 0, Tolerance);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Explain_RandomTrees_EqualsTheDefinitionByEnumeration(int seed)
    {
        var random = new Random(seed);
        for (var repeat = 0; repeat < 60; repeat++)
        {
            var trees = Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomTrees.Tree(random, Columns, random.Next(0, 7))).ToArray();
            var shap = new TreeShap(new TreeEnsemble(Columns, 0.5, trees));
            for (var row = 0; row < 5; row++)
            {
                var values = RandomTrees.Row(random, Columns);
                var expected = BruteForceShapley.Of(trees, values);
                var actual = new double[Columns];

                shap.Explain(values, actual);

                for (var column = 0; column < Columns; column++)
                {
                    Assert.True(Math.Abs(expected[column] - actual[column]) < 1e-5, $"column {column}: {expected[column]}, {actual[column]}");
                }

                var margin = 0.5 + trees.Sum(tree => (double)tree.Nodes[tree.Leaf(values)].Weight);
                Assert.Equal(margin, shap.Bias + actual.Sum(), 1e-5);
            }
        }
    }

    [Fact]
    public void Explain_OnManyThreads_GivesWhatOneGives()
    {
        var random = new Random(5);
        // Of different sizes: they share a thread's buffers.
        var models = Enumerable.Range(1, 4).Select(size => new TreeShap(new TreeEnsemble(
            size * 2, 0, [.. Enumerable.Range(0, 20 * size).Select(_ => RandomTrees.Tree(random, size * 2, size + 3))]))).ToArray();
        var rows = models.Select(model => RandomTrees.Row(random, model.Columns)).ToArray();
        var expected = models.Select((model, i) => Explain(model, rows[i])).ToArray();

        Parallel.For(0, 2_000, i => Assert.Equal(expected[i % 4], Explain(models[i % 4], rows[i % 4])));
    }

    [Fact]
    public void Explain_AfterTheFirst_AllocatesNothing()
    {
        var random = new Random(6);
        var model = new TreeShap(new TreeEnsemble(Columns, 0, [RandomTrees.Tree(random, Columns, 6), RandomTrees.Tree(random, Columns, 6)]));
        var (row, contributions) = (RandomTrees.Row(random, Columns), new double[Columns]);
        model.Explain(row, contributions);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            model.Explain(row, contributions);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    public void GaussLegendre_Points_IntegratePolynomialsUpToTheirDegree(int count)
    {
        var (points, weights) = GaussLegendre.Of(count);
        for (var degree = 0; degree < 2 * count; degree++)
        {
            Assert.Equal(1.0 / (degree + 1), points.Zip(weights, (point, weight) => weight * Math.Pow(point, degree)).Sum(), 1e-13);
        }
    }

    private static double[] Explain(TreeShap model, float[] row)
    {
        var contributions = new double[model.Columns];
        model.Explain(row, contributions);
        return contributions;
    }

    private static double WorstDifference(Booster booster, BoosterMatrix matrix, Dataset data, int trees)
    {
        var expected = booster.Contributions(matrix);
        var shap = TreeShap.Read(XgboostToOnnx.Convert(booster.Save(), data.Columns, trees), data.Columns)!;
        var worst = 0.0;
        for (var row = 0; row < data.Rows; row++)
        {
            var actual = Explain(shap, data.Row(row).ToArray());
            var theirs = expected.AsSpan(row * (data.Columns + 1), data.Columns + 1);
            for (var column = 0; column < data.Columns; column++)
            {
                worst = Math.Max(worst, Math.Abs(theirs[column] - actual[column]));
            }

            worst = Math.Max(worst, Math.Abs(theirs[^1] - shap.Bias));
        }

        return worst;
    }

    private static Booster Train(BoosterMatrix matrix, int rounds, string parameter, string value)
    {
        var parameters = new Dictionary<string, string>(new TrainingOptions().Parameters()) { [parameter] = value };
        var booster = new Booster(matrix, parameters);
        for (var round = 0; round < rounds; round++)
        {
            booster.Update(round, matrix);
        }

        return booster;
    }

    /// <summary>A fifth of the values missing, with large, tiny and negative ones, all of some use.</summary>
    private static Dataset Generate(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var data = new Dataset(columns);
        var row = new float[columns];
        for (var i = 0; i < rows; i++)
        {
            for (var column = 0; column < columns; column++)
            {
                row[column] = random.Next(5) == 0 ? float.NaN : (float)((random.NextDouble() - 0.5) * Math.Pow(10, (column % 6 * 2) - 4));
            }

            var votes = row.Count(static value => value > 0) - row.Count(static value => value < 0);
            data.Add(row, votes > 1 || (float.IsNaN(row[2]) && row[3] < 0) || random.Next(20) == 0, default);
        }

        return data;
    }
}

/// <summary>Shapley values by their definition: every subset of the columns, each valued by the covers.</summary>
internal static class BruteForceShapley
{
    public static double[] Of(IReadOnlyList<DecisionTree> trees, float[] row)
    {
        var values = Enumerable.Range(0, 1 << row.Length).Select(set => trees.Sum(tree => Value(tree.Nodes, 0, row, set))).ToArray();
        var result = new double[row.Length];
        for (var column = 0; column < row.Length; column++)
        {
            for (var set = 0; set < values.Length; set++)
            {
                if ((set >> column & 1) == 0)
                {
                    var size = BitOperations.PopCount((uint)set);
                    var weight = Factorial(size) * Factorial(row.Length - size - 1) / Factorial(row.Length);
                    result[column] += weight * (values[set | (1 << column)] - values[set]);
                }
            }
        }

        return result;
    }

    private static double Value(TreeNode[] nodes, int index, float[] row, int known)
    {
        var node = nodes[index];
        return node.IsLeaf ? node.Weight
            : (known >> node.Feature & 1) != 0 ? Value(nodes, node.GoesLeft(row) ? node.Left : node.Right, row, known)
            : (node.ShareOf(nodes[node.Left]) * Value(nodes, node.Left, row, known))
                + (node.ShareOf(nodes[node.Right]) * Value(nodes, node.Right, row, known));
    }

    private static double Factorial(int number) => number < 2 ? 1 : number * Factorial(number - 1);
}

/// <summary>Trees of any shape, with covers that add up and now and then an empty branch.</summary>
internal static class RandomTrees
{
    public static DecisionTree Tree(Random random, int columns, int depth, bool emptyBranches = true)
    {
        var nodes = new List<TreeNode>();
        Add(depth, 1_000);
        return new DecisionTree([.. nodes]);

        int Add(int left, float cover)
        {
            var index = nodes.Count;
            if (left == 0 || (index > 0 && random.Next(5) == 0))
            {
                nodes.Add(TreeNode.Leaf(cover, (float)((random.NextDouble() - 0.5) * 2)));
                return index;
            }

            nodes.Add(default);
            var share = emptyBranches && random.Next(12) == 0 ? 0 : (float)random.NextDouble();
            var first = Add(left - 1, cover * share);
            var second = Add(left - 1, cover * (1 - share));
            nodes[index] = new TreeNode(
                random.Next(columns), (float)random.NextDouble(), random.Next(2) == 0, first, second, cover, 0);
            return index;
        }
    }

    public static float[] Row(Random random, int columns) =>
        [.. Enumerable.Range(0, columns).Select(_ => random.Next(6) == 0 ? float.NaN : (float)random.NextDouble())];
}
