using Fraud.Model;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Journal;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Retraining;

/// <summary>History in a store as the stream leaves it: features of the serving profile, the scores and decisions of a model.</summary>
internal static class FilledStore
{
    private const int Batch = 256;

    // None that a service in the same process claims.
    private const int Shard = 63;

    public static StorageOptions Options(TempFolder folder) => new() { SqliteFile = folder.File("fraud.db") };

    public static IFraudStore Open(TempFolder folder)
    {
        var store = StoreFactory.Create(Options(folder), "transactions", TimeProvider.System);
        store.Open();
        return store;
    }

    /// <param name="store">Opened.</param>
    /// <param name="rows">In time order, with ids that the store does not have.</param>
    /// <param name="model">Folder of the version in service.</param>
    /// <param name="profile">What came before; null: nothing.</param>
    /// <param name="featureSample">Of approved payments: the share that keep their features.</param>
    public static void Fill(IFraudStore store, IEnumerable<HandbookRow> rows, string model, LocalProfile? profile = null, double featureSample = 1)
    {
        using var loaded = OnnxModel.Load(model);
        using var scorer = loaded.CreateScorer(Batch);
        var manifest = loaded.Manifest;
        var by = new ScoredBy(manifest.Name, manifest.Version, (float)manifest.Thresholds.Review, (float)manifest.Thresholds.Block);
        profile ??= new LocalProfile(new ProfileOptions(), shards: 1);
        // Labels are stamped by the same clock, and are known to the payments behind them.
        var pages = new GroupPages(new FeatureSample(featureSample), TimeProvider.System);
        var owned = new OwnedShards(store, Shard + 1).Claim(Shard, "filler");
        foreach (var chunk in rows.Chunk(Batch))
        {
            var batch = new MicroBatchPool(Batch, maxIdle: 0).Rent();
            var labels = new List<Label>();
            for (var i = 0; i < chunk.Length; i++)
            {
                var payment = new Payment { State = PaymentState.Scored, ScoredBy = by, KafkaOffset = -1, Shard = Shard };
                FeatureReplay.Fill(payment.Transaction, chunk[i]);
                profile.Observe(0, payment.Transaction, payment.Features);
                scorer.SetRow(i, payment.Transaction, payment.Features);
                if (chunk[i].IsFraud)
                {
                    var paid = payment.Transaction;
                    var label = new Label(paid.Id, paid.CardId, paid.TerminalId, paid.EventTimeMs, true);
                    profile.ApplyLabel(0, label, fraudDelta: 1);
                    labels.Add(label);
                }

                batch.Swap(payment);
            }

            var scores = scorer.Score(chunk.Length);
            for (var i = 0; i < chunk.Length; i++)
            {
                batch.Payments[i].Score = scores[i];
                batch.Payments[i].Decision = DecideFlow.Decide(scores[i], by);
            }

            owned.Commit(pages, batch);
            store.CommitLabels("labels", 0, chunk[^1].TransactionId, labels);
        }

        store.Release(Shard, owned.GenerationOf(Shard));
    }
}
