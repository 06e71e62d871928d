using Fraud.Model.Training;

namespace Fraud.Model.Spiking;

/// <summary>
/// Trains by surrogate gradients: forward with true spikes and with weights on their grid, backward through time with
/// the surrogate, the step taken on weights of full precision. One thread and one seed: same rows, same bytes.
/// </summary>
internal sealed class SpikingTrainer(SpikingOptions options)
{
    /// <param name="rowWeights">What each row counts in the loss.</param>
    /// <param name="progress">Called each epoch with the share that is done.</param>
    public SpikingNetwork Train(
        Dataset rows, IReadOnlyList<float> rowWeights, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var scale = InputScale.Of(rows);
        var master = SpikingWeights.Random(rows.Columns, options);
        var grid = master.Clone();
        var gradient = master.Clone();
        var adam = new AdamW(master.Values.Length, options.WeightDecay);
        var pass = new SpikingPass(master, options, options.BatchSize);
        var random = new Random(options.Seed);
        var order = Enumerable.Range(0, rows.Rows).ToArray();
        var labels = new float[options.BatchSize];
        var weights = new float[options.BatchSize];
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            random.Shuffle(order);
            for (var start = 0; start < order.Length; start += options.BatchSize)
            {
                var count = Math.Min(options.BatchSize, order.Length - start);
                for (var row = 0; row < count; row++)
                {
                    var source = order[start + row];
                    scale.Apply(rows.Row(source), pass.InputOf(row));
                    labels[row] = rows.Labels[source];
                    weights[row] = rowWeights[source];
                }

                master.SnapInto(grid);
                pass.Forward(grid, count);
                pass.Backward(grid, labels.AsSpan(0, count), weights.AsSpan(0, count), gradient);
                adam.Step(master.Values, gradient.Values, Rate(epoch + ((double)start / order.Length)));
            }

            progress?.Invoke((epoch + 1.0) / options.Epochs);
        }

        master.SnapInto(grid);
        return new SpikingNetwork(scale, grid, options);
    }

    private float Rate(double epoch) =>
        (float)(options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * epoch / options.Epochs)));
}
