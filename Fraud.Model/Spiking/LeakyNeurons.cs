namespace Fraud.Model.Spiking;

/// <summary>
/// Leaky integrate-and-fire neurons: the membrane keeps a share of its charge, takes the current, loses one
/// threshold for the last spike, and fires at the threshold of one.
/// </summary>
/// <remarks>
/// The order of the three roundings of a step is part of the contract: the exported graph does Mul, Add, Sub in the
/// same order, so that both get the same bits and no spike flips.
/// </remarks>
internal readonly struct LeakyNeurons(float leak, float slope, bool smooth)
{
    public const float Threshold = 1;

    public float Leak => leak;

    /// <summary>Charges of this step from those and the spikes of the last one.</summary>
    public void Charge(
        ReadOnlySpan<float> lastCharges, ReadOnlySpan<float> currents, ReadOnlySpan<float> lastSpikes, Span<float> charges)
    {
        for (var i = 0; i < charges.Length; i++)
        {
            charges[i] = (lastCharges[i] * leak) + currents[i] - lastSpikes[i];
        }
    }

    public void Fire(ReadOnlySpan<float> charges, Span<float> spikes)
    {
        for (var i = 0; i < spikes.Length; i++)
        {
            spikes[i] = smooth ? Soft(charges[i] - Threshold) : charges[i] >= Threshold ? 1 : 0;
        }
    }

    /// <summary>
    /// The derivative that stands in for the step's, which is zero wherever it exists: of a fast sigmoid
    /// (Zenke and Ganguli 2018, SuperSpike).
    /// </summary>
    public float Surrogate(float charge)
    {
        var width = 1 + (slope * Math.Abs(charge - Threshold));
        return 1 / (width * width);
    }

    // What the surrogate is the true derivative of.
    private float Soft(float above) => 0.5f + (above / (1 + (slope * Math.Abs(above))));
}
