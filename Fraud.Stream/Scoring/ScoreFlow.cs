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
/// something waits there.
/// </remarks>
public sealed class ScoreFlow
{
    private readonly ModelHolder _models;
    private readonly DecideFlow _decide;
    private readonly FanOut<MicroBatch> _next;
    private readonly BatchingOptions _options;
    private readonly WakeSignal _wake;
    private readonly IReadOnlyList<ScoreInlet> _inlets;
    private readonly List<MicroBatch> _group = [];

    private ServedModel? _model;
    private OnnxScorer? _scorer;
    private int _turn;

    /// <param name="wake">The signal that the inlets were made with.</param>
    public ScoreFlow(
        IReadOnlyList<ScoreInlet> inlets,
        WakeSignal wake,
        ModelHolder models,
        DecideFlow decide,
        BatchingOptions options,
        FanOut<MicroBatch> next)
    {
        _inlets = inlets;
        _wake = wake;
        _models = models;
        _decide = decide;
        _options = options;
        _next = next;
    }

    /// <summary>Batches that a thread which failed still holds. Only after it ended.</summary>
    internal IEnumerable<MicroBatch> Unfinished => _group;

    public void Run(CancellationToken cancellation)
    {
        try
        {
            while (Gather(cancellation))
            {
                var model = UseCurrentModel();
                Score(model);
                foreach (var batch in _group)
                {
                    _decide.Apply(batch, model);
                    _next.Write(batch, cancellation);
                }

                _group.Clear();
            }
        }
        finally
        {
            _scorer?.Dispose();
            _model?.Release();
        }
    }

    /// <summary>Fills the group with batches of one kind; false when the inlets ended.</summary>
    private bool Gather(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryGather())
            {
                if (_options.Linger > TimeSpan.Zero)
                {
                    Linger(cancellation);
                }

                return true;
            }

            _wake.Arm();
            if (TryGather())
            {
                return true;
            }

            if (_inlets.All(static inlet => inlet.IsEnded))
            {
                return false;
            }

            _wake.Wait(cancellation);
        }
    }

    private bool TryGather()
    {
        var bulkFirst = (_turn++ & 1) == 1;
        return bulkFirst
            ? Take(static inlet => inlet.Bulk) || Take(static inlet => inlet.Express)
            : Take(static inlet => inlet.Express) || Take(static inlet => inlet.Bulk);
    }

    private bool Take(Func<ScoreInlet, StageQueue<MicroBatch>> queueOf)
    {
        var rows = _group.Sum(static batch => batch.Count);
        var taken = false;
        foreach (var inlet in _inlets)
        {
            var queue = queueOf(inlet);
            while (queue.TryPeek(out var next) && rows + next.Count <= _options.MaxBatchSize && queue.TryRead(out next))
            {
                _group.Add(next);
                rows += next.Count;
                taken = true;
            }
        }

        return taken;
    }

    private void Linger(CancellationToken cancellation)
    {
        var rows = _group.Sum(static batch => batch.Count);
        if (rows < _options.MaxBatchSize)
        {
            _wake.Arm();
            _wake.Wait(_options.Linger, cancellation);
            Take(static inlet => inlet.Express);
            Take(static inlet => inlet.Bulk);
        }
    }

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
        foreach (var batch in _group)
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

        var scores = scorer.Score(rows);
        var row = 0;
        foreach (var batch in _group)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Received)
                {
                    payment.Score = scores[row++];
                    payment.ScoredBy = model.ScoredBy;
                    payment.State = PaymentState.Scored;
                }
            }
        }
    }
}
