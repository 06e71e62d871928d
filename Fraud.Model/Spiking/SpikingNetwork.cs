using Fraud.Model.Training;

namespace Fraud.Model.Spiking;

/// <summary>A trained network: scores rows as the exported graph must, and counts its spikes.</summary>
internal sealed class SpikingNetwork(InputScale scale, SpikingWeights weights, SpikingOptions options)
{
    private const int Batch = 64;

    public InputScale Scale => scale;

    /// <summary>On the grid.</summary>
    public SpikingWeights Weights => weights;

    public SpikingOptions Options => options;

    /// <summary>Logits of all rows.</summary>
    public float[] Logits(Dataset rows) => Run(rows).Logits;

    /// <summary>Fraud probabilities of all rows.</summary>
    public float[] Scores(Dataset rows) => [.. Logits(rows).Select(static logit => (float)(1 / (1 + Math.Exp(-logit))))];

    public SpikingActivity Activity(Dataset rows)
    {
        var (_, first, second) = Run(rows);
        // The readout is one neuron: each spike of the second layer reaches it once.
        return new SpikingActivity(
            first / rows.Rows,
            second / rows.Rows,
            ((first * weights.Second) + second) / rows.Rows,
            weights.Inputs * weights.First,
            (weights.Inputs * weights.First) + (weights.First * weights.Second) + weights.Second);
    }

    /// <summary>The same network whose logits are higher by a constant.</summary>
    public SpikingNetwork Shifted(double shift)
    {
        var shifted = weights.Clone();
        shifted.ReadoutBias += (float)shift;
        return new SpikingNetwork(scale, shifted, options);
    }

    private (float[] Logits, double First, double Second) Run(Dataset rows)
    {
        var pass = new SpikingPass(weights, options, Batch);
        var logits = new float[rows.Rows];
        double first = 0, second = 0;
        for (var start = 0; start < rows.Rows; start += Batch)
        {
            var count = Math.Min(Batch, rows.Rows - start);
            for (var row = 0; row < count; row++)
            {
                scale.Apply(rows.Row(start + row), pass.InputOf(row));
            }

            pass.Forward(weights, count).CopyTo(logits.AsSpan(start));
            first += pass.Spikes.First;
            second += pass.Spikes.Second;
        }

        return (logits, first, second);
    }
}

/// <summary>What a payment costs on hardware that works only where something fires.</summary>
/// <param name="FirstSpikes">Spikes of the first layer, a payment.</param>
/// <param name="SynapticOperations">Additions of a weight because of a spike, a payment, over all steps.</param>
/// <param name="InputOperations">Multiplications for the constant input currents, once a payment.</param>
/// <param name="DenseOperations">Multiplications of an ordinary network of the same shape.</param>
public sealed record SpikingActivity(
    double FirstSpikes, double SecondSpikes, double SynapticOperations, int InputOperations, int DenseOperations);
