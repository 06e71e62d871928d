using Fraud.Stream.Batching;
using Fraud.Stream.Poison;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>
/// Says which stage of a graph failed, why, and which payments it had in hand. The first alone: the others fail because it did.
/// </summary>
public sealed class StageFailures(PoisonSuspects poison, ILogger<StageFailures> log)
{
    private int _told;

    /// <summary>A stage of groups in front of the commit, or the commit, with its failure told as it passes.</summary>
    public Func<BatchGroup, BatchGroup> OfGroups(string stage, Func<BatchGroup, BatchGroup> run) => group =>
    {
        try
        {
            return run(group);
        }
        catch (Exception error) when (Tell(stage, error, group.Batches))
        {
            throw;
        }
    };

    /// <summary>A stage behind the commit, with its failure told as it passes. What it has in hand is stored, so it does not come again.</summary>
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
