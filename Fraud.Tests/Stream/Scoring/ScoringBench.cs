using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Scoring;

/// <summary>The scoring stage alone: what is put in is scored, in one group, on the test's own thread.</summary>
internal sealed class ScoringBench : IDisposable
{
    private readonly ScoringOptions _options;

    public ScoringBench(string champion, Action<ScoringOptions>? configure = null, ShadowOptions? shadow = null)
    {
        _options = new ScoringOptions { Model = champion, FeatureModel = "" };
        configure?.Invoke(_options);
        Directory = new ModelDirectory(_options);
        Champion = new ModelHolder(Directory.Load(Directory.Newest()));
        Routes = ModelRoutes.Load(Champion, Directory, _options);
        Shadows = new ShadowModels(Routes, Directory, _options, shadow ?? new ShadowOptions(), scoreThreads: 1);
    }

    public static string Shipped { get; } = Path.Combine(Repository.Root, "models", "payments");

    public ModelDirectory Directory { get; }

    public ModelHolder Champion { get; }

    public ModelRoutes Routes { get; }

    public ShadowModels Shadows { get; }

    public BatchingOptions Batching { get; } = new() { MaxBatchSize = 128, QueueCapacity = 64 };

    /// <returns>The batches as they left, each held.</returns>
    public List<MicroBatch> Score(params IReadOnlyList<Payment>[] batches)
    {
        var pool = new MicroBatchPool(Batching.MaxBatchSize, maxIdle: 0);
        var group = new BatchGroup();
        foreach (var payments in batches)
        {
            var batch = pool.Rent();
            foreach (var payment in payments)
            {
                batch.Swap(payment);
            }

            group.Add(batch);
        }

        using var flow = new ScoreFlow(
            Routes, new DecideFlow(_options), Batching.MaxBatchSize, TimeProvider.System, Shadows.Rings.Count > 0 ? Shadows.Rings[0] : null);
        return [.. flow.Apply(group).Batches];
    }

    /// <summary>Has the shadows score all that waits.</summary>
    public List<ShadowScore> Compare()
    {
        var recorded = new List<ShadowScore>();
        var ring = Shadows.Rings[0];
        foreach (var group in Shadows.Groups)
        {
            using var scorer = new ShadowScorer(group, Batching.MaxBatchSize, TimeProvider.System);
            scorer.Score(ring, ring.Count, recorded.Add);
        }

        ring.Release(ring.Count);
        return recorded;
    }

    public static Payment Paid(string id, string card, float seed = 1)
    {
        var payment = new Payment { ArrivedTimestamp = 1 };
        payment.Transaction.Id = ShortText.From(id);
        payment.Transaction.CardId = ShortText.From(card);
        payment.Transaction.AmountMinor = 1_250;
        payment.Transaction.Currency = Currency.Euro;
        for (var i = 0; i < payment.Features.Length; i++)
        {
            payment.Features[i] = seed * (i + 1);
        }

        return payment;
    }

    /// <param name="v14">Below -5 the test's model finds fraud.</param>
    public static Payment FeatureList(string id, float v14)
    {
        var payment = new Payment { ArrivedTimestamp = 1 };
        payment.Transaction.Id = ShortText.From(id);
        payment.Transaction.HasPayload = true;
        payment.Transaction.Payload[14] = v14;
        return payment;
    }

    public void Dispose()
    {
        Shadows.Dispose();
        Routes.Dispose();
        Champion.Dispose();
    }
}
