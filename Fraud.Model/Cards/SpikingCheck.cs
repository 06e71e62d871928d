using Fraud.Model.Spiking;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>Holds a saved spiking network against the trainer's own forward pass.</summary>
public static class SpikingCheck
{
    /// <summary>
    /// The largest difference between the given scores and the trainer's own of the same rows, and the network's
    /// spikes; nothing when the model is no spiking network.
    /// </summary>
    /// <param name="directory">The version's folder.</param>
    /// <param name="scores">What the model scored the rows.</param>
    public static IEnumerable<KeyValuePair<string, double>> Of(string directory, Dataset rows, float[] scores)
    {
        if (SpikingFromOnnx.TryRead(File.ReadAllBytes(Path.Combine(directory, "model.onnx"))) is not { } network)
        {
            return [];
        }

        var difference = network.Scores(rows).Zip(scores, static (own, onnx) => Math.Abs((double)onnx - own)).DefaultIfEmpty(0).Max();
        return [KeyValuePair.Create("forward_pass_difference", difference), .. SpikingLearner.Measures(network.Activity(rows))];
    }
}
