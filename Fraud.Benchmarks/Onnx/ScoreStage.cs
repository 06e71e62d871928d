using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Onnx;

/// <summary>The product's scoring stage on its dispatcher, between a feeder and one sink.</summary>
internal sealed class ScoreStage : IDisposable
{
    private readonly FeatureRows _rows;
    private readonly MicroBatchPool _batches;
    private readonly LaneFeeder _in;
    private readonly ScoreFlow _flow;
    private readonly ActorSystem _system;
    private readonly Task _ended;
    private readonly AutoResetEvent _done = new(false);
    private Payment _next = new();
    private long _fed;
    private long _scored;

    public ScoreStage(ModelHolder models, FeatureRows rows, BatchingOptions batching)
    {
        _rows = rows;
        _batches = new MicroBatchPool(batching.MaxBatchSize, 8 * batching.QueueCapacity);
        _in = new LaneFeeder(batching.QueueCapacity);
        _flow = new ScoreFlow(new ModelRoutes(models), new DecideFlow(new ScoringOptions()), batching.MaxBatchSize, TimeProvider.System);
        _system = FraudEngine.Create(batching);
        _ended = _in.Source
            .Select(static read => BatchGroup.Of(read.Batch))
            .Select(_flow.Apply).On(FraudEngine.OnnxDispatcher)
            .RunWith(Sink.ForEach<BatchGroup>(Done).On(FraudEngine.SinkDispatcher, waiting: 1), ActorMaterializer.Create(_system, RunningTopology.SettingsOf(_system)));
    }

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        var before = _fed;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            var batch = _batches.Rent();
            while (!batch.IsFull)
            {
                _rows.Row((int)(_fed++ % _rows.Count)).CopyTo(_next.Features);
                _next = batch.Swap(_next);
            }

            _in.Offer(batch, cancellation);
        }

        while (Interlocked.Read(ref _scored) < _fed && !_ended.IsCompleted)
        {
            _done.WaitOne(TimeSpan.FromMilliseconds(100));
        }

        if (_ended.IsFaulted)
        {
            throw new InvalidOperationException("The stage failed.", _ended.Exception);
        }

        return meter.Stop(_fed - before);
    }

    public void Dispose()
    {
        _in.End();
        _ended.Wait();
        _system.Terminate().Wait();
        _system.Dispose();
        _flow.Dispose();
        _done.Dispose();
    }

    private void Done(BatchGroup group)
    {
        Interlocked.Add(ref _scored, group.Payments);
        group.Release();
        _done.Set();
    }
}
