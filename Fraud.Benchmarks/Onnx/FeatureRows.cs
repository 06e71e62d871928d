using Fraud.Benchmarks.Workload;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Benchmarks.Onnx;

/// <summary>Features of payments as the profile computes them, so that trees are walked as in service.</summary>
internal sealed class FeatureRows
{
    private readonly float[] _values;

    /// <param name="warmUp">Payments before the first row, so that cards have a history.</param>
    public FeatureRows(int rows, int warmUp)
    {
        Count = rows;
        _values = new float[rows * FeatureCatalog.Count];
        var stream = PaymentStream.Usual("rows", cards: 1_000, terminals: 2_000);
        var profile = new LocalProfile(new ProfileOptions(), shards: 1);
        var payment = new Transaction();
        Span<float> unused = stackalloc float[FeatureCatalog.Count];
        for (var number = 0; number < warmUp + rows; number++)
        {
            stream.Fill(payment, number);
            profile.Observe(0, payment, number < warmUp ? unused : Row(number - warmUp));
        }
    }

    public int Count { get; }

    public Span<float> Row(int row) => _values.AsSpan(row * FeatureCatalog.Count, FeatureCatalog.Count);
}
