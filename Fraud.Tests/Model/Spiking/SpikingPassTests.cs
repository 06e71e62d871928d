using Fraud.Model.Spiking;

namespace Fraud.Tests.Model.Spiking;

public sealed class SpikingPassTests
{
    private static readonly SpikingOptions Small = new() { FirstLayer = 9, SecondLayer = 5, Steps = 6, Slope = 3, SpikeCost = 0.3f, Seed = 7 };

    private const int Inputs = 4;
    private const int Rows = 3;

    /// <summary>
    /// With the step replaced by the function whose derivative the surrogate is, backpropagation through time has a
    /// true gradient to be held against: every weight is moved a little and the loss taken again.
    /// </summary>
    [Fact]
    public void Backward_SmoothSpikes_GivesTheGradientOfTheLoss()
    {
        const float Little = 2e-3f;
        var weights = SpikingWeights.Random(Inputs, Small);
        var pass = new SpikingPass(weights, Small, Rows, smooth: true);
        Fill(pass);
        float[] labels = [1, 0, 1], rowWeights = [1, 0.5f, 2];
        var gradient = weights.Clone();
        pass.Forward(weights, Rows);
        pass.Backward(weights, labels, rowWeights, gradient);

        double worst = 0, largest = 0;
        for (var i = 0; i < weights.Values.Length; i++)
        {
            var value = weights.Values[i];
            weights.Values[i] = value + Little;
            var above = Loss();
            weights.Values[i] = value - Little;
            var below = Loss();
            weights.Values[i] = value;
            worst = Math.Max(worst, Math.Abs(((above - below) / (2 * Little)) - gradient.Values[i]));
            largest = Math.Max(largest, Math.Abs(gradient.Values[i]));
        }

        Assert.True(largest > 0.05, $"largest derivative: {largest}");
        // Floats leave three to four digits of a difference quotient.
        Assert.True(worst < 2e-3 * Math.Max(1, largest), $"worst difference: {worst}, of derivatives up to {largest}");

        double Loss()
        {
            pass.Forward(weights, Rows);
            return pass.Loss(labels, rowWeights);
        }
    }

    [Fact]
    public void Forward_ConstantCurrent_FiresByTheLeakyNeuronsArithmetic()
    {
        // Half of the charge leaks. A current of 0.5 charges to 0.5, 0.75, 0.875, ... and never to 1. One of 0.75:
        // 0.75; 1.125 fires; 0.5625 + 0.75 - 1 = 0.3125; 0.90625; 1.203125 fires.
        // The second neuron gets 1.25 for each spike: fires; -0.375; -0.1875; 1.15625 fires.
        var options = new SpikingOptions { FirstLayer = 1, SecondLayer = 1, Steps = 5, Leak = 0.5f };
        var weights = new SpikingWeights(1, 1, 1);
        weights.FirstWeights[0] = 0.75f;
        weights.SecondWeights[0] = 1.25f;
        weights.Readout[0] = 1;
        var pass = new SpikingPass(weights, options, 2);
        pass.InputOf(0)[0] = 1;
        pass.InputOf(1)[0] = 0.5f / 0.75f;

        var alone = pass.Forward(weights, 1)[0];

        Assert.Equal((2.0, 2.0), pass.Spikes);
        Assert.Equal(pass.Shares[1] + pass.Shares[4], alone);
        // The second row's neuron stays silent, and changes nothing of the first.
        Assert.Equal([alone, 0], pass.Forward(weights, 2).ToArray());
        Assert.Equal((2.0, 2.0), pass.Spikes);
    }

    [Fact]
    public void ReadoutShares_LeakyReadout_AreItsMeanCharge()
    {
        var options = new SpikingOptions { Steps = 4, Leak = 0.5f };
        var shares = SpikingPass.ReadoutShares(options);

        // A spike at step 2: charge 1, 0.5, 0.25 at steps 2, 3 and 4.
        Assert.Equal(1.75f / 4, shares[1], 1e-6f);
        Assert.Equal(1f / 4, shares[3], 1e-6f);
    }

    [Fact]
    public void Snap_AnyWeights_GivesSumsThatNoOrderChanges()
    {
        const int Wide = 30;
        var random = new Random(11);
        var wild = new SpikingWeights(Wide, 16, 8);
        foreach (ref var value in wild.Values.AsSpan())
        {
            value = (random.NextSingle() - 0.5f) * 40;
        }

        var grid = wild.Clone();
        wild.SnapInto(grid);
        var input = Enumerable.Range(0, Wide).Select(_ => MathF.Round((random.NextSingle() - 0.5f) * 2 * 8 * 128) / 128).ToArray();
        for (var neuron = 0; neuron < 16; neuron++)
        {
            var exact = (double)grid.FirstBiases[neuron];
            var (forward, backward) = (grid.FirstBiases[neuron], 0f);
            for (var column = 0; column < Wide; column++)
            {
                exact += (double)input[column] * grid.FirstWeights[(column * 16) + neuron];
                forward += input[column] * grid.FirstWeights[(column * 16) + neuron];
                backward = MathF.FusedMultiplyAdd(
                    input[Wide - 1 - column], grid.FirstWeights[((Wide - 1 - column) * 16) + neuron], backward);
            }

            Assert.Equal(exact, forward);
            Assert.Equal(exact, backward + grid.FirstBiases[neuron]);
        }
    }

    private static void Fill(SpikingPass pass)
    {
        var random = new Random(3);
        for (var row = 0; row < Rows; row++)
        {
            foreach (ref var value in pass.InputOf(row))
            {
                value = (random.NextSingle() * 4) - 1;
            }
        }
    }
}
