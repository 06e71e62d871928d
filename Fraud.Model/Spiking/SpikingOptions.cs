using System.Globalization;

namespace Fraud.Model.Spiking;

/// <summary>Shape and training of a spiking network: everything that decides the result, to the byte.</summary>
public sealed record SpikingOptions
{
    /// <summary>Neurons of the first layer, which the standardised inputs drive as constant currents.</summary>
    public int FirstLayer { get; init; } = 48;

    /// <summary>Neurons of the second layer, which the first one's spikes drive.</summary>
    public int SecondLayer { get; init; } = 24;

    /// <summary>Time steps that a payment is shown for; the exported graph is unrolled over them.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Share of the membrane's charge that is left after a step.</summary>
    public float Leak { get; init; } = 0.875f;

    /// <summary>Steepness of the surrogate derivative 1 / (1 + slope · |v − threshold|)².</summary>
    public float Slope { get; init; } = 8;

    /// <summary>What a spike costs in the loss, so that neurons learn to be silent where they say nothing.</summary>
    public float SpikeCost { get; init; } = 0.02f;

    public int Epochs { get; init; } = 40;

    /// <summary>Rows of a training step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>At the start; falls to zero along a cosine.</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>Share of each weight that a step at full learning rate takes away, by the learning rate (AdamW).</summary>
    public float WeightDecay { get; init; } = 0.01f;

    public int Seed { get; init; } = 42;

    internal IReadOnlyDictionary<string, string> Parameters() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["network"] = "spiking",
        ["first_layer"] = FirstLayer.ToString(CultureInfo.InvariantCulture),
        ["second_layer"] = SecondLayer.ToString(CultureInfo.InvariantCulture),
        ["steps"] = Steps.ToString(CultureInfo.InvariantCulture),
        ["leak"] = Leak.ToString(CultureInfo.InvariantCulture),
        ["slope"] = Slope.ToString(CultureInfo.InvariantCulture),
        ["spike_cost"] = SpikeCost.ToString(CultureInfo.InvariantCulture),
        ["epochs"] = Epochs.ToString(CultureInfo.InvariantCulture),
        ["batch_size"] = BatchSize.ToString(CultureInfo.InvariantCulture),
        ["learning_rate"] = LearningRate.ToString(CultureInfo.InvariantCulture),
        ["weight_decay"] = WeightDecay.ToString(CultureInfo.InvariantCulture),
        ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
    };
}
