using Fraud.Benchmarks.Measuring;
using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Onnx;

/// <summary>The product's scoring stage between a feeder and one sink, on threads of their own.</summary>
internal sealed class ScoreStage : IDisposable
{
    private readonly FeatureRows _rows;
    private readonly MicroBatchPool _batches;
    private readonly BatchInlet _inlet;
    private readonly BatchInlet _out;
    private readonly WakeSignal _scored = new();
    private readonly StageThread _score;
    private readonly StageThread _sink;
    private readonly WakeSignal _stored = new();
    private Payment _next = new();
    private Exception? _failure;
    private long _fed;
    private long _done;

    public ScoreStage(ModelHolder models, FeatureRows rows, BatchingOptions batching)
    {
        _rows = rows;
        _batches = new MicroBatchPool(batching.MaxBatchSize, 8 * batching.QueueCapacity);
        var wake = new WakeSignal();
        _inlet = new BatchInlet(batching.QueueCapacity, wake);
        _out = new BatchInlet(batching.QueueCapacity, _scored);
        var flow = new ScoreFlow([_inlet], wake, new ModelRoutes(models), new DecideFlow(new ScoringOptions()), batching, new SinkOutlet(_out));
        _score = StageThread.Start("bench-score", () => flow.Run(CancellationToken.None), Failed);
        _sink = StageThread.Start("bench-sink", Sink, Failed);
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

            _inlet.Bulk.Write(batch, cancellation);
        }

        while (Interlocked.Read(ref _done) < _fed)
        {
            ThrowIfFailed();
            _stored.Arm();
            if (Interlocked.Read(ref _done) < _fed)
            {
                _stored.Wait(TimeSpan.FromMilliseconds(100), cancellation);
            }
        }

        return meter.Stop(_fed - before);
    }

    public void Dispose()
    {
        _inlet.Complete();
        _score.Ended.Wait();
        _out.Complete();
        _sink.Ended.Wait();
    }

    private void Sink()
    {
        var intake = new BatchIntake([_out], _scored);
        while (intake.Wait(() => intake.TakeExpress(int.MaxValue) | intake.TakeBulk(int.MaxValue), CancellationToken.None))
        {
            foreach (var batch in intake.Group)
            {
                Interlocked.Add(ref _done, batch.Count);
                batch.Release();
            }

            intake.Clear();
            _stored.Set();
        }
    }

    private void Failed(string stage, Exception error)
    {
        Volatile.Write(ref _failure, error);
        _inlet.Complete();
        _stored.Set();
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw new InvalidOperationException("A stage of the benchmark failed.", failure);
        }
    }
}
