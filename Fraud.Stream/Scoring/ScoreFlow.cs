using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Shadow;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Scores what is waiting, in one call of each model that has rows in it, the moment its thread is free: batches grow with
/// the load and nobody waits for company unless Linger says so. Then decides, passes on, and leaves a copy to the shadows.
/// </summary>
/// <remarks>
/// One thread. Express batches (HTTP) go first, but every second call belongs to Bulk (Kafka) when
/// something waits there that the store has room for: what nobody waits for never stands in the way.
/// </remarks>
public sealed class ScoreFlow
{
    private readonly ScorerSet _scorers;
    private readonly DecideFlow _decide;
    private readonly SinkOutlet _next;
    private readonly ShadowRing? _shadow;
    private readonly BatchingOptions _options;
    private readonly BatchIntake _intake;
    private readonly TimeProvider _time;

    private int _turn;

    /// <param name="wake">The signal that the inlets were made with.</param>
    /// <param name="shadow">This thread's own; where shadow models find what was scored. Null: there are none.</param>
    public ScoreFlow(
        IReadOnlyList<BatchInlet> inlets,
        WakeSignal wake,
        ModelRoutes models,
        DecideFlow decide,
        BatchingOptions options,
        SinkOutlet next,
        TimeProvider? time = null,
        ShadowRing? shadow = null)
    {
        _intake = new BatchIntake(inlets, wake);
        _scorers = new ScorerSet(models, options.MaxBatchSize);
        _decide = decide;
        _options = options;
        _next = next;
        next.BulkWritable = wake;
        _time = time ?? TimeProvider.System;
        _shadow = shadow;
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

                Score();
                PassOn(cancellation);
                _intake.Clear();
            }
        }
        finally
        {
            _scorers.Release();
        }
    }

    private bool TryTake()
    {
        var bulkFirst = (_turn++ & 1) == 1;
        return bulkFirst ? TakeBulk() || TakeExpress() : TakeExpress() || TakeBulk();
    }

    private bool TakeExpress() => _intake.TakeExpress(_options.MaxBatchSize);

    private bool TakeBulk() => _intake.TakeBulk(_options.MaxBatchSize, _next.BulkRoom);

    private void Score()
    {
        foreach (var batch in _intake.Group)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Received)
                {
                    _scorers.Add(payment);
                }
            }
        }

        _scorers.Score(_time);
    }

    private void PassOn(CancellationToken cancellation)
    {
        // Looked at once: shadows come and go, and what is held here must be let go of here.
        var shadow = _shadow is { IsWanted: true } wanted ? wanted : null;
        foreach (var batch in _intake.Group)
        {
            // Else it may be refilled before the shadows' copy is taken.
            if (shadow is not null)
            {
                batch.Retain();
            }

            _decide.Apply(batch, _scorers);
            _next.Write(batch, cancellation);
        }

        if (shadow is not null)
        {
            // Behind the answers: nobody waits for this.
            foreach (var slot in _scorers.Slots)
            {
                shadow.Offer(slot);
            }

            foreach (var batch in _intake.Group)
            {
                batch.Release();
            }
        }

        _scorers.Clear();
    }
}
