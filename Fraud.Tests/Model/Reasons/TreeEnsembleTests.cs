using Fraud.Model.Reasons;
using Google.Protobuf;
using Onnx;

namespace Fraud.Tests.Model.Reasons;

public sealed class TreeEnsembleTests
{
    private static readonly byte[] Trained = ExplainableModel.Train();

    [Fact]
    public void Read_Exported_AddsUpCovers()
    {
        var ensemble = TreeEnsemble.Read(Trained, 4)!;

        Assert.Equal(30, ensemble.Trees.Count);
        // At first every row's hessian is a quarter; eight in ten rows are drawn.
        Assert.InRange(ensemble.Trees[0].Nodes[0].Cover, 0.7 * 1_000, 0.9 * 1_000);
        Assert.All(ensemble.Trees, static tree => Assert.All(tree.Nodes, node =>
        {
            if (!node.IsLeaf)
            {
                Assert.Equal(node.Cover, tree.Nodes[node.Left].Cover + tree.Nodes[node.Right].Cover, node.Cover * 1e-4);
            }
        }));
    }

    [Fact]
    public void Read_CalibrationBehindTheTrees_FindsThem()
    {
        var changed = Change(static graph =>
        {
            graph.Node.Insert(0, Node("Cast", "features", "cast"));
            graph.Node[1].Input[0] = "cast";
            graph.Node.Add(Node("Sigmoid", "probabilities", "calibrated"));
        });

        Assert.Equal(TreeEnsemble.Read(Trained, 4)!.Trees.Count, TreeEnsemble.Read(changed, 4)!.Trees.Count);
    }

    [Fact]
    public void Read_WhatCannotBeExplainedExactly_IsLeftAlone()
    {
        Assert.Null(TreeEnsemble.Read([1, 2, 3], 4));
        Assert.Null(TreeEnsemble.Read(new ModelProto().ToByteArray(), 4));
        // No covers, or those that other converters write.
        Assert.Null(TreeEnsemble.Read(Change(static graph => Remove(graph, "nodes_hitrates")), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => Fill(Get(graph, "nodes_hitrates"), 1)), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => Fill(Get(graph, "nodes_hitrates"), float.NaN)), 4));
        // The trees see something else than the features, or the score more than the trees.
        Assert.Null(TreeEnsemble.Read(Change(static graph =>
        {
            graph.Node.Insert(0, Node("Scaler", "features", "scaled"));
            graph.Node[1].Input[0] = "scaled";
        }), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => graph.Node.Add(Node("LinearClassifier", "features", "more"))), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => Get(graph, "class_ids").Ints[0] = 1), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => Get(graph, "nodes_modes").Strings[0] = ByteString.CopyFromUtf8("BRANCH_EQ")), 4));
        Assert.Null(TreeEnsemble.Read(Change(static graph => Get(graph, "nodes_truenodeids").Ints[0] = 999), 4));
        // A node that leads to itself.
        Assert.Null(TreeEnsemble.Read(Change(static graph => Get(graph, "nodes_truenodeids").Ints[0] = 0), 4));
        // A column that the model does not have.
        Assert.Null(TreeEnsemble.Read(Trained, 1));
    }

    [Fact]
    public void Read_LessOrEqual_SendsTheSplitItselfLeft()
    {
        var lessOrEqual = TreeEnsemble.Read(Change(static graph =>
        {
            var modes = Get(graph, "nodes_modes").Strings;
            for (var i = 0; i < modes.Count; i++)
            {
                modes[i] = modes[i].ToStringUtf8() == "LEAF" ? modes[i] : ByteString.CopyFromUtf8("BRANCH_LEQ");
            }
        }), 4)!.Trees[0].Nodes[0];
        var less = TreeEnsemble.Read(Trained, 4)!.Trees[0].Nodes[0];
        var onTheSplit = new float[4];
        onTheSplit[less.Feature] = less.Below;

        Assert.True(lessOrEqual.GoesLeft(onTheSplit));
        Assert.False(less.GoesLeft(onTheSplit));
    }

    private static byte[] Change(Action<GraphProto> change)
    {
        var model = ModelProto.Parser.ParseFrom(Trained);
        change(model.Graph);
        return model.ToByteArray();
    }

    private static NodeProto Node(string type, string input, string output) => new() { OpType = type, Input = { input }, Output = { output } };

    private static AttributeProto Get(GraphProto graph, string name) => graph.Node[0].Attribute.Single(attribute => attribute.Name == name);

    private static void Remove(GraphProto graph, string name) => graph.Node[0].Attribute.Remove(Get(graph, name));

    private static void Fill(AttributeProto attribute, float value)
    {
        for (var i = 0; i < attribute.Floats.Count; i++)
        {
            attribute.Floats[i] = value;
        }
    }
}
