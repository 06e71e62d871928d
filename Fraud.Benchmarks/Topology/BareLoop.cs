using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Model.History;
using Fraud.Model.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Topology;

/// <summary>The graph's work on one thread: no queue, no other thread, no sink.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly PaymentStream _stream = PaymentStream.Usual("loop");
    private readonly LocalProfile _profile;
    private readonly MicroBatchPool _batches = new(new BatchingOptions().MaxBatchSize, maxIdle: 1);
    private readonly DecideFlow _decide = new(new ScoringOptions());
    private readonly ServedModel _model;
    private readonly OnnxScorer _scorer;
    private Payment _next = new();
    private long _done;

    public BareLoop(ModelHolder models)
    {
        _profile = PaymentFiller.OldProfile(_stream, _batches.BatchCapacity, out _done);
        _model = models.Acquire();
        _scorer = _model.Model.CreateScorer(_batches.BatchCapacity);
    }

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        var before = _done;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            var batch = _batches.Rent();
            batch.KafkaPartition = PaymentFiller.ShardOf(_done, batch.Capacity);
            while (!batch.IsFull)
            {
                PaymentFiller.Fill(_next, _stream, _done++, batch.KafkaPartition);
                _next = batch.Swap(_next);
            }

            Process(batch);
            batch.Release();
        }

        return meter.Stop(_done - before);
    }

    public void Dispose()
    {
        _scorer.Dispose();
        _model.Release();
    }

    private void Process(MicroBatch batch)
    {
        var rows = 0;
        foreach (var payment in batch.Payments)
        {
            _profile.Observe(payment.Shard, payment.Transaction, payment.Features);
            _scorer.SetRow(rows++, payment.Transaction, payment.Features);
        }

        var scores = _scorer.Score(rows);
        for (var row = 0; row < rows; row++)
        {
            var payment = batch.Payments[row];
            payment.Score = scores[row];
            payment.ScoredBy = _model.ScoredBy;
            payment.State = PaymentState.Scored;
        }

        _decide.Apply(batch, _model);
    }
}
