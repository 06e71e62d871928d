using Fraud.Model.Spiking;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>A network of leaky integrate-and-fire neurons.</summary>
internal sealed class SpikingLearner(CardTrainingOptions options) : ICardLearner
{
    private readonly SpikingOptions _options = options.Spiking with { Seed = options.Seed };

    public int Rounds => _options.Epochs;

    public IReadOnlyDictionary<string, string> Parameters => _options.Parameters();

    public ICardModel Fit(Dataset rows, IReadOnlyList<float> weights, Action<double> progress, CancellationToken cancellation) =>
        new Network(new SpikingTrainer(_options).Train(rows, weights, progress, cancellation));

    /// <summary>What neuromorphic people ask for, as metrics.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Measures(SpikingActivity activity) =>
    [
        KeyValuePair.Create("spikes_per_payment_first_layer", activity.FirstSpikes),
        KeyValuePair.Create("spikes_per_payment_second_layer", activity.SecondSpikes),
        KeyValuePair.Create("synaptic_operations_per_payment", activity.SynapticOperations),
        KeyValuePair.Create("input_operations_per_payment", (double)activity.InputOperations),
        KeyValuePair.Create("dense_network_operations_per_payment", (double)activity.DenseOperations),
    ];

    private sealed class Network(SpikingNetwork network) : ICardModel
    {
        public float[] Logits(Dataset rows) => network.Logits(rows);

        public byte[] Export(double logitShift) => SpikingToOnnx.Convert(network.Shifted(logitShift));

        public IEnumerable<KeyValuePair<string, double>> Measures(Dataset rows) => SpikingLearner.Measures(network.Activity(rows));

        public void Dispose()
        {
        }
    }
}
