using Fraud.Stream.Batching;
using Fraud.Stream.Poison;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>
/// What is put around the stages of one instance of the graph. Tells how long they take, and which of them failed, why, and which payments
/// it had in hand: the first alone, because the others fail for it.
/// </summary>
public sealed class StageProbes(StreamMetrics metrics, PoisonSuspects poison, ILogger<StageProbes> log)
{
    private int _told;

    /// <summary>A stage in front of the commit, or the commit.</summary>
    public Func<BatchGroup, BatchGroup> Of(string stage, Func<BatchGroup, BatchGroup> run) => metrics.Timed(stage, group =>
    {
        try
        {
            return run(group);
        }
        catch (Exception error) when (Tell(stage, error, group.Batches))
        {
            throw;
        }
    });

    /// <summary>The stage that calls the model, with how many payments it gives it at once.</summary>
    public Func<BatchGroup, BatchGroup> OfModel(string stage, Func<BatchGroup, BatchGroup> run) => Of(stage, group =>
    {
        if (group.Payments > 0)
        {
            metrics.ScoredTogether(group.Payments);
        }

        return run(group);
    });

    /// <summary>A stage behind the commit. What it has in hand is stored, so it does not come again.</summary>
    public Action<BatchGroup> Behind(string stage, Action<BatchGroup> run) => group =>
    {
        try
        {
            run(group);
        }
        catch (Exception error) when (Tell(stage, error, []))
        {
            throw;
        }
    };

    // A filter, so that what a dump shows is the stage's own stack.
    private bool Tell(string stage, Exception error, IReadOnlyList<MicroBatch> batches)
    {
        if (error is not OperationCanceledException && Interlocked.Exchange(ref _told, 1) == 0)
        {
            StreamLog.StageFailed(log, stage, error);
            poison.Failed(stage, error, batches);
        }

        return false;
    }
}
