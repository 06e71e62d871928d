using Google.Protobuf;
using Onnx;

namespace Fraud.Model.Training;

/// <summary>
/// Makes scores probabilities (Platt): probability = 1 / (1 + exp(-(slope × margin + intercept))), where the margin is
/// the trees' sum.
/// </summary>
/// <remarks>
/// A line over the margin can be written into the leaves, so that the served model is the calibrated one without
/// another operator, and contributions to the margin stay additive.
/// </remarks>
public sealed record Calibration(double Slope, double Intercept)
{
    /// <summary>Leaves margins as they are.</summary>
    public static Calibration None { get; } = new(1, 0);

    // Newton's method converges in a handful of steps; the bound is for data that no line separates worse than chance.
    private const int MostSteps = 100;
    private const double Converged = 1e-10;

    /// <summary>Fits slope and intercept to margins of rows that the trees were not fitted to.</summary>
    /// <remarks>With Platt's softened targets (1999), so that separable rows have a finite optimum.</remarks>
    public static Calibration Fit(ReadOnlySpan<float> margins, Func<int, bool> isFraud)
    {
        double frauds = 0;
        for (var i = 0; i < margins.Length; i++)
        {
            frauds += isFraud(i) ? 1 : 0;
        }

        var (high, low) = ((frauds + 1) / (frauds + 2), 1 / (margins.Length - frauds + 2));
        double slope = 1, intercept = 0;
        for (var step = 0; step < MostSteps; step++)
        {
            // A little on the diagonal keeps the system solvable when all margins are equal.
            double gradientSlope = 0, gradientIntercept = 0, ss = 1e-9, si = 0, ii = 1e-9;
            for (var i = 0; i < margins.Length; i++)
            {
                double margin = margins[i];
                var probability = Logistic((slope * margin) + intercept);
                var error = probability - (isFraud(i) ? high : low);
                var weight = probability * (1 - probability);
                gradientSlope += error * margin;
                gradientIntercept += error;
                ss += weight * margin * margin;
                si += weight * margin;
                ii += weight;
            }

            var determinant = (ss * ii) - (si * si);
            var (stepSlope, stepIntercept) = (
                ((ii * gradientSlope) - (si * gradientIntercept)) / determinant,
                ((ss * gradientIntercept) - (si * gradientSlope)) / determinant);
            // A full step may overshoot where weights vanish.
            var scale = Math.Min(1, 2 / Math.Max(Math.Abs(stepSlope), Math.Abs(stepIntercept)));
            (slope, intercept) = (slope - (scale * stepSlope), intercept - (scale * stepIntercept));
            if (Math.Abs(stepSlope) + Math.Abs(stepIntercept) < Converged)
            {
                break;
            }
        }

        // A slope of zero or less says that the margins rank no better than chance: turning them round would not help.
        return double.IsFinite(slope) && double.IsFinite(intercept) && slope > 0 ? new Calibration(slope, intercept) : None;
    }

    public float[] Apply(ReadOnlySpan<float> margins)
    {
        var probabilities = new float[margins.Length];
        for (var i = 0; i < margins.Length; i++)
        {
            probabilities[i] = (float)Logistic((Slope * margins[i]) + Intercept);
        }

        return probabilities;
    }

    /// <summary>Writes the line into the leaves and base of an exported ensemble of one class.</summary>
    /// <exception cref="TrainingException">The model holds no such ensemble.</exception>
    public byte[] Apply(byte[] onnx)
    {
        if (this == None)
        {
            return onnx;
        }

        var model = ModelProto.Parser.ParseFrom(onnx);
        var trees = model.Graph.Node.FirstOrDefault(static node => node.OpType == "TreeEnsembleClassifier")
            ?? throw new TrainingException("calibration: expected a model of trees");
        var leaves = AttributeOf(trees, "class_weights");
        for (var i = 0; i < leaves.Count; i++)
        {
            leaves[i] = (float)(leaves[i] * Slope);
        }

        var @base = AttributeOf(trees, "base_values");
        @base[0] = (float)((@base[0] * Slope) + Intercept);
        return model.ToByteArray();
    }

    private static Google.Protobuf.Collections.RepeatedField<float> AttributeOf(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.Floats
        ?? throw new TrainingException($"calibration: expected a model of trees with {name}");

    private static double Logistic(double value) => 1 / (1 + Math.Exp(-value));
}
