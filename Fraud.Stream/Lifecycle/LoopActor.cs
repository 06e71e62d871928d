using Akka.Actor;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>
/// Supervises a loop that blocks, on a thread of its own. It fails when the loop does, or ends unasked, so that its supervisor starts
/// another after a pause.
/// </summary>
#pragma warning disable CA1001 // The source's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class LoopActor : ReceiveActor
#pragma warning restore CA1001
{
    private readonly string _part;
    private readonly EngineParts _parts;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private bool _isStopping;

    /// <param name="part">Its name among the parts, and its thread's.</param>
    /// <param name="run">Runs until cancelled; called once for each instance.</param>
    public LoopActor(string part, Action<CancellationToken> run, EngineParts parts, ILogger<LoopActor> log)
    {
        _part = part;
        _parts = parts;
        _log = log;
        Exception? failure = null;
        var thread = StageThread.Start(part, () => run(_stop.Token), (_, error) => failure = error);
        var self = Self;
        _ = thread.Ended.ContinueWith(
            _ => self.Tell(new LoopOver(failure)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _parts.Leaving(thread.Ended);
        Receive<LoopOver>(over => Over(over.Error));
        Receive<StopLoop>(_ => Stop());
    }

    protected override void PreStart()
    {
        _parts.Begin(_part, Self);
        _parts.Run(_part, Self);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _parts.End(_part, Self);
    }

    private void Stop()
    {
        _isStopping = true;
        _stop.Cancel();
    }

    private void Over(Exception? error)
    {
        if (!_isStopping)
        {
            var why = new TopologyFailedException($"{_part} ended, and nothing had asked it to.", error);
            StreamLog.PartEnded(_log, _part, why);
            throw why;
        }

        Context.Stop(Self);
    }

    private sealed record LoopOver(Exception? Error);
}

/// <summary>Command: end the loop in order; the actor stops once it has.</summary>
public sealed class StopLoop
{
    public static readonly StopLoop Instance = new();

    private StopLoop()
    {
    }
}
