namespace Fraud.Model.Spiking;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019), with its authors' constants.</summary>
internal sealed class AdamW(int length, float weightDecay)
{
    private const float FirstMoment = 0.9f;
    private const float SecondMoment = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float[] _means = new float[length];
    private readonly float[] _squares = new float[length];
    private double _firstLeft = 1;
    private double _secondLeft = 1;

    public void Step(Span<float> values, ReadOnlySpan<float> gradient, float rate)
    {
        _firstLeft *= FirstMoment;
        _secondLeft *= SecondMoment;
        var (firstShare, secondShare) = ((float)(1 - _firstLeft), (float)(1 - _secondLeft));
        for (var i = 0; i < values.Length; i++)
        {
            _means[i] = (FirstMoment * _means[i]) + ((1 - FirstMoment) * gradient[i]);
            _squares[i] = (SecondMoment * _squares[i]) + ((1 - SecondMoment) * gradient[i] * gradient[i]);
            var step = _means[i] / firstShare / (MathF.Sqrt(_squares[i] / secondShare) + Epsilon);
            values[i] -= rate * (step + (weightDecay * values[i]));
        }
    }
}
