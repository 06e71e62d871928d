namespace Fraud.Model.Spiking;

/// <summary>Weights and biases of the two spiking layers and of the readout, in one array for the optimiser.</summary>
/// <remarks>
/// What a network computes with lies on a grid so coarse that every sum before a threshold is exact in a float: its
/// terms are multiples of one unit and stay below 2²⁴ of them, in whatever order they are added. ONNX Runtime on any
/// processor therefore gets the same currents, and a spike cannot flip by rounding. Neuromorphic chips hold
/// weights in fixed point too.
/// </remarks>
internal sealed class SpikingWeights
{
    /// <summary>Inputs times weights: 2⁻⁷ · 2⁻⁹ = 2⁻¹⁶, so sums up to 256 are exact.</summary>
    private const float FirstGrid = 1 << 9;
    private const float FirstBiasGrid = 1 << 16;
    private const float FirstLimit = 1;

    /// <summary>Spikes are 0 or 1: sums up to 4096 are exact.</summary>
    private const float SecondGrid = 1 << 12;

    private const float BiasLimit = 16;
    private const float SecondLimit = 8;
    private const int MostInputs = 30;

    public SpikingWeights(int inputs, int first, int second)
    {
        // 30 inputs of at most 8 by weights of at most 1, and a bias of at most 16: 256.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs, MostInputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, 256);
        (Inputs, First, Second) = (inputs, first, second);
        Values = new float[(inputs * first) + first + (first * second) + second + second + 1];
    }

    public int Inputs { get; }

    public int First { get; }

    public int Second { get; }

    public float[] Values { get; }

    /// <summary>Row by input.</summary>
    public Span<float> FirstWeights => Values.AsSpan(0, Inputs * First);

    public Span<float> FirstBiases => Values.AsSpan(Inputs * First, First);

    /// <summary>Row by neuron of the first layer.</summary>
    public Span<float> SecondWeights => Values.AsSpan((Inputs * First) + First, First * Second);

    public Span<float> SecondBiases => Values.AsSpan((Inputs * First) + First + (First * Second), Second);

    public Span<float> Readout => Values.AsSpan(Values.Length - 1 - Second, Second);

    public ref float ReadoutBias => ref Values[^1];

    /// <summary>Random weights under which both layers fire now and then, so that there is something to learn from.</summary>
    public static SpikingWeights Random(int inputs, SpikingOptions options)
    {
        var weights = new SpikingWeights(inputs, options.FirstLayer, options.SecondLayer);
        var random = new Random(options.Seed);
        Fill(weights.FirstWeights, 1 / MathF.Sqrt(inputs));
        Fill(weights.SecondWeights, 2 / MathF.Sqrt(options.FirstLayer));
        Fill(weights.Readout, 1 / MathF.Sqrt(options.SecondLayer));
        return weights;

        void Fill(Span<float> values, float width)
        {
            foreach (ref var value in values)
            {
                value = ((random.NextSingle() * 2) - 1) * width;
            }
        }
    }

    /// <summary>Puts the nearest values on the grid into another set of weights.</summary>
    public void SnapInto(SpikingWeights grid)
    {
        Snap(FirstWeights, grid.FirstWeights, FirstGrid, FirstLimit);
        Snap(FirstBiases, grid.FirstBiases, FirstBiasGrid, BiasLimit);
        Snap(SecondWeights, grid.SecondWeights, SecondGrid, SecondLimit);
        Snap(SecondBiases, grid.SecondBiases, SecondGrid, BiasLimit);
        // No threshold comes after the readout.
        Readout.CopyTo(grid.Readout);
        grid.ReadoutBias = ReadoutBias;
    }

    public SpikingWeights Clone()
    {
        var clone = new SpikingWeights(Inputs, First, Second);
        Values.CopyTo(clone.Values, 0);
        return clone;
    }

    private static void Snap(ReadOnlySpan<float> from, Span<float> to, float grid, float limit)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = MathF.Round(Math.Clamp(from[i], -limit, limit) * grid) / grid;
        }
    }
}
