namespace Fraud.Model.Spiking;

/// <summary>
/// Shows a batch of payments to the network for all its steps, and goes back through time for the gradient.
/// Buffers are made once; for one thread.
/// </summary>
internal sealed class SpikingPass
{
    private readonly int _inputs;
    private readonly int _first;
    private readonly int _second;
    private readonly int _steps;
    private readonly int _most;
    private readonly float _spikeCost;
    private readonly LeakyNeurons _neurons;
    private readonly float[] _input;
    private readonly float[] _firstCurrents;
    private readonly float[] _secondCurrents;
    // The state of every step, step 0 being the rest before the first one.
    private readonly float[][] _firstCharges;
    private readonly float[][] _firstSpikes;
    private readonly float[][] _secondCharges;
    private readonly float[][] _secondSpikes;
    private readonly float[] _readout;
    private readonly float[] _logits;

    /// <param name="smooth">Fires by the function whose derivative the surrogate is, for checking gradients.</param>
    public SpikingPass(SpikingWeights shape, SpikingOptions options, int most, bool smooth = false)
    {
        (_inputs, _first, _second, _steps, _most) = (shape.Inputs, shape.First, shape.Second, options.Steps, most);
        _spikeCost = options.SpikeCost;
        _neurons = new LeakyNeurons(options.Leak, options.Slope, smooth);
        _input = new float[most * _inputs];
        _firstCurrents = new float[most * _first];
        _secondCurrents = new float[most * _second];
        _firstCharges = States(_first);
        _firstSpikes = States(_first);
        _secondCharges = States(_second);
        _secondSpikes = States(_second);
        _readout = new float[most * _second];
        _logits = new float[most];
        Shares = ReadoutShares(options);

        float[][] States(int neurons) => [.. Enumerable.Range(0, _steps + 1).Select(_ => new float[most * neurons])];
    }

    /// <summary>What a spike of each step counts in the readout.</summary>
    public float[] Shares { get; }

    /// <summary>Spikes of both layers in the last forward pass, over all its rows.</summary>
    public (double First, double Second) Spikes { get; private set; }

    public Span<float> InputOf(int row) => _input.AsSpan(row * _inputs, _inputs);

    /// <summary>
    /// The readout is a leaky neuron that never fires, read as its mean charge. It is linear, so a spike at a step
    /// counts by the charge that is left of it in all later steps, and those shares are known beforehand.
    /// </summary>
    public static float[] ReadoutShares(SpikingOptions options)
    {
        var shares = new float[options.Steps];
        double left = 0;
        for (var step = options.Steps - 1; step >= 0; step--)
        {
            left = (left * options.Leak) + 1;
            shares[step] = (float)(left / options.Steps);
        }

        return shares;
    }

    /// <summary>Logits of the first rows of the input.</summary>
    public ReadOnlySpan<float> Forward(SpikingWeights weights, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, _most);
        Drive(_input, weights.FirstWeights, weights.FirstBiases, _firstCurrents, rows);
        _readout.AsSpan(0, rows * _second).Clear();
        double first = 0, second = 0;
        for (var step = 1; step <= _steps; step++)
        {
            Advance(_firstCharges, _firstSpikes, _firstCurrents, step, rows * _first);
            Drive(_firstSpikes[step], weights.SecondWeights, weights.SecondBiases, _secondCurrents, rows);
            Advance(_secondCharges, _secondSpikes, _secondCurrents, step, rows * _second);
            Lanes.AddScaled(Shares[step - 1], _secondSpikes[step].AsSpan(0, rows * _second), _readout);
            first += Sum(_firstSpikes[step].AsSpan(0, rows * _first));
            second += Sum(_secondSpikes[step].AsSpan(0, rows * _second));
        }

        Spikes = (first, second);
        for (var row = 0; row < rows; row++)
        {
            _logits[row] = Lanes.Dot(_readout.AsSpan(row * _second, _second), weights.Readout) + weights.ReadoutBias;
        }

        return _logits.AsSpan(0, rows);
    }

    /// <summary>Loss of the last forward pass: weighted cross-entropy, and what its spikes cost.</summary>
    public double Loss(ReadOnlySpan<float> labels, ReadOnlySpan<float> rowWeights)
    {
        double loss = 0, all = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            double logit = _logits[row];
            // log(1 + e^x) - y x, without overflow.
            loss += rowWeights[row] * (Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit))) - (labels[row] * logit));
            all += rowWeights[row];
        }

        var cells = (double)labels.Length * _steps;
        return (loss / all) + (_spikeCost * ((Spikes.First / (cells * _first)) + (Spikes.Second / (cells * _second))));
    }

    /// <summary>Backpropagation through time: the loss's gradient by the weights of the last forward pass.</summary>
    public void Backward(SpikingWeights weights, ReadOnlySpan<float> labels, ReadOnlySpan<float> rowWeights, SpikingWeights gradient)
    {
        var rows = labels.Length;
        Array.Clear(gradient.Values);
        var all = 0f;
        foreach (var weight in rowWeights[..rows])
        {
            all += weight;
        }

        Span<float> firstDelta = stackalloc float[_first], secondDelta = stackalloc float[_second];
        Span<float> currentDelta = stackalloc float[_first], spikeDelta = stackalloc float[_first];
        var firstCost = _spikeCost / ((float)rows * _steps * _first);
        var secondCost = _spikeCost / ((float)rows * _steps * _second);
        for (var row = 0; row < rows; row++)
        {
            var logitDelta = rowWeights[row] / all * ((1 / (1 + MathF.Exp(-_logits[row]))) - labels[row]);
            Lanes.AddScaled(logitDelta, _readout.AsSpan(row * _second, _second), gradient.Readout);
            gradient.ReadoutBias += logitDelta;
            firstDelta.Clear();
            secondDelta.Clear();
            currentDelta.Clear();
            for (var step = _steps; step >= 1; step--)
            {
                var secondCharge = _secondCharges[step].AsSpan(row * _second, _second);
                for (var neuron = 0; neuron < _second; neuron++)
                {
                    // The delta so far is the next step's: its charge lost a threshold for this spike.
                    var spike = (logitDelta * weights.Readout[neuron] * Shares[step - 1]) + secondCost - secondDelta[neuron];
                    secondDelta[neuron] = (spike * _neurons.Surrogate(secondCharge[neuron])) + (_neurons.Leak * secondDelta[neuron]);
                }

                Lanes.AddScaled(1, secondDelta, gradient.SecondBiases);
                var firstSpikes = _firstSpikes[step].AsSpan(row * _first, _first);
                for (var neuron = 0; neuron < _first; neuron++)
                {
                    if (firstSpikes[neuron] != 0)
                    {
                        Lanes.AddScaled(firstSpikes[neuron], secondDelta, gradient.SecondWeights.Slice(neuron * _second, _second));
                    }

                    spikeDelta[neuron] = Lanes.Dot(secondDelta, weights.SecondWeights.Slice(neuron * _second, _second));
                }

                var firstCharge = _firstCharges[step].AsSpan(row * _first, _first);
                for (var neuron = 0; neuron < _first; neuron++)
                {
                    var spike = spikeDelta[neuron] + firstCost - firstDelta[neuron];
                    firstDelta[neuron] = (spike * _neurons.Surrogate(firstCharge[neuron])) + (_neurons.Leak * firstDelta[neuron]);
                    currentDelta[neuron] += firstDelta[neuron];
                }
            }

            Lanes.AddScaled(1, currentDelta, gradient.FirstBiases);
            var input = InputOf(row);
            for (var column = 0; column < _inputs; column++)
            {
                Lanes.AddScaled(input[column], currentDelta, gradient.FirstWeights.Slice(column * _first, _first));
            }
        }
    }

    // Only what fired costs work: a spike adds its neuron's row of weights.
    private static void Drive(
        ReadOnlySpan<float> from, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> currents, int rows)
    {
        var to = biases.Length;
        var sources = weights.Length / to;
        for (var row = 0; row < rows; row++)
        {
            var current = currents.Slice(row * to, to);
            biases.CopyTo(current);
            for (var source = 0; source < sources; source++)
            {
                var value = from[(row * sources) + source];
                if (value != 0)
                {
                    Lanes.AddScaled(value, weights.Slice(source * to, to), current);
                }
            }
        }
    }

    private void Advance(float[][] charges, float[][] spikes, float[] currents, int step, int length)
    {
        _neurons.Charge(
            charges[step - 1].AsSpan(0, length), currents.AsSpan(0, length), spikes[step - 1].AsSpan(0, length), charges[step].AsSpan(0, length));
        _neurons.Fire(charges[step].AsSpan(0, length), spikes[step].AsSpan(0, length));
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
