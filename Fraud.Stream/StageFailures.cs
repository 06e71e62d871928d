using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>Says which stage of a graph failed, and why. The first alone: the others fail because it did.</summary>
public sealed class StageFailures(ILogger<StageFailures> log)
{
    private int _told;

    /// <summary>The stage, with its failure told as it passes.</summary>
    public Func<TIn, TOut> Of<TIn, TOut>(string stage, Func<TIn, TOut> run) => element =>
    {
        try
        {
            return run(element);
        }
        catch (Exception error) when (Tell(stage, error))
        {
            throw;
        }
    };

    /// <inheritdoc cref="Of{TIn, TOut}(string, Func{TIn, TOut})"/>
    public Action<TIn> Of<TIn>(string stage, Action<TIn> run) => element =>
    {
        try
        {
            run(element);
        }
        catch (Exception error) when (Tell(stage, error))
        {
            throw;
        }
    };

    // A filter, so that what a dump shows is the stage's own stack.
    private bool Tell(string stage, Exception error)
    {
        if (error is not OperationCanceledException && Interlocked.Exchange(ref _told, 1) == 0)
        {
            StreamLog.StageFailed(log, stage, error);
        }

        return false;
    }
}
