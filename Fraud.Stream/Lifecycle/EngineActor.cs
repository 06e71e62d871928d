using Akka.Actor;
using Akka.Pattern;
using AkkaBackoff = Akka.Pattern.Backoff;

namespace Fraud.Stream.Lifecycle;

/// <summary>
/// The root of what runs on a node. Each part has a supervisor of its own: what fails alone starts again alone, after a pause that grows
/// with each failure in a row, and however it ended. It never gives up.
/// </summary>
public sealed class EngineActor : ReceiveActor
{
    // Nodes that failed together do not come back together.
    private const double Jitter = 0.2;

    private readonly IReadOnlyDictionary<string, Props> _parts;
    private readonly LifecycleOptions _options;
    private bool _isStopping;

    /// <param name="parts">By name.</param>
    public EngineActor(IReadOnlyDictionary<string, Props> parts, LifecycleOptions options)
    {
        _parts = parts;
        _options = options;
        foreach (var name in parts.Keys)
        {
            Start(name);
        }

        Receive<StopEngine>(_ => { _isStopping = true; });
        Receive<Terminated>(ended =>
        {
            // A part that was stopped takes its supervisor with it.
            if (!_isStopping)
            {
                Start(ended.ActorRef.Path.Name);
            }
        });
    }

    /// <summary>An actor that is started again after a growing pause whenever it fails.</summary>
    /// <param name="isLast">Messages that end it for good, also while it is down.</param>
    public static Props Supervised(Props actor, string name, LifecycleOptions options, Func<object, bool> isLast) =>
        BackoffSupervisor.Props(AkkaBackoff.OnFailure(actor, name, options.RestartMin, options.RestartMax, Jitter, maxNrOfRetries: -1)
            .WithAutoReset(options.RestartMax)
            .WithFinalStopMessage(isLast)
            // By default one that was killed, or could not be made, is given up.
            .WithSupervisorStrategy(new OneForOneStrategy(static _ => Directive.Restart)));

    private void Start(string name) => Context.Watch(Context.ActorOf(
        Supervised(_parts[name], "part", _options, static message => message is StopLoop), name));
}

/// <summary>Command: parts that end from now on do so in order.</summary>
public sealed class StopEngine
{
    public static readonly StopEngine Instance = new();

    private StopEngine()
    {
    }
}
