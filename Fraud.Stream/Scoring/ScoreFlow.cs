using Fraud.Model.Scoring;
using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Scores what is waiting, in one model call, the moment its thread is free: batches grow with the
/// load and nobody waits for company unless Linger says so. Then decides, and passes on.
/// </summary>
/// <remarks>
/// One thread. Express batches (HTTP) go first, but every second call belongs to Bulk (Kafka) when
/// something waits there that the store has room for: what nobody waits for never stands in the way.
/// </remarks>
public sealed class ScoreFlow
{
    private readonly ModelHolder _models;
    private readonly DecideFlow _decide;
    private readonly SinkOutlet _next;
    private readonly BatchingOptions _options;
    private readonly BatchIntake _intake;
    private readonly TimeProvider _time;

    private ServedModel? _model;
    private OnnxScorer? _scorer;
    private int _turn;

    /// <param name="wake">The signal that the inlets were made with.</param>
    public ScoreFlow(
        IReadOnlyList<BatchInlet> inlets,
        WakeSignal wake,
        ModelHolder models,
        DecideFlow decide,
        BatchingOptions options,
        SinkOutlet next,
        TimeProvider? time = null)
    {
        _intake = new BatchIntake(inlets, wake);
        _models = models;
        _decide = decide;
        _options = options;
        _next = next;
        next.BulkWritable = wake;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Batches that a thread which failed still holds. Only after it ended.</summary>
    internal IEnumerable<MicroBatch> Unfinished => _intake.Group;

    public void Run(CancellationToken cancellation)
    {
        try
        {
            Func<bool> tryTake = TryTake;
            while (_intake.Wait(tryTake, cancellation))
            {
                if (_options.Linger > TimeSpan.Zero && _intake.Payments < _options.MaxBatchSize)
                {
                    _intake.Linger(_options.Linger, cancellation);
                    TakeExpress();
                    TakeBulk();
                }

                var model = UseCurrentModel();
                Score(model);
                foreach (var batch in _intake.Group)
                {
                    _decide.Apply(batch, model);
                    _next.Write(batch, cancellation);
                }

                _intake.Clear();
            }
        }
        finally
        {
            _scorer?.Dispose();
            _model?.Release();
        }
    }

    private bool TryTake()
    {
        var bulkFirst = (_turn++ & 1) == 1;
        return bulkFirst ? TakeBulk() || TakeExpress() : TakeExpress() || TakeBulk();
    }

    private bool TakeExpress() => _intake.TakeExpress(_options.MaxBatchSize);

    private bool TakeBulk() => _intake.TakeBulk(_options.MaxBatchSize, _next.BulkRoom);

    private ServedModel UseCurrentModel()
    {
        var current = _models.Acquire();
        if (ReferenceEquals(current, _model))
        {
            current.Release();
            return current;
        }

        _scorer?.Dispose();
        _model?.Release();
        _scorer = current.Model.CreateScorer(_options.MaxBatchSize);
        _model = current;
        return current;
    }

    private void Score(ServedModel model)
    {
        var scorer = _scorer!;
        var rows = 0;
        foreach (var batch in _intake.Group)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Received)
                {
                    scorer.SetRow(rows++, payment.Transaction, payment.Features);
                }
            }
        }

        if (rows == 0)
        {
            return;
        }

        var started = _time.GetTimestamp();
        var scores = scorer.Score(rows);
        var inferenceMs = (float)_time.GetElapsedTime(started).TotalMilliseconds;
        var row = 0;
        foreach (var batch in _intake.Group)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Received)
                {
                    payment.Score = scores[row++];
                    payment.InferenceMs = inferenceMs;
                    payment.ScoredBy = model.ScoredBy;
                    payment.State = PaymentState.Scored;
                }
            }
        }
    }
}
