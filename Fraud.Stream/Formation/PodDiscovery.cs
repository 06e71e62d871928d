using Akka.Actor;
using Akka.Configuration;
using Akka.Discovery;
using Akka.Event;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>
/// Akka's discovery by the API of Kubernetes, and a line in the log that names what is wrong when it fails: once, until it is another
/// fault or it works. Made by Akka, by its name in kubernetes.conf.
/// </summary>
public sealed class PodDiscovery : ServiceDiscovery, IDisposable
{
    private readonly ILoggingAdapter _log;
    private readonly TimeProvider _time;
    private readonly PodApi _api;

    // Read and written by one look-up at a time, and said twice at worst.
    private string? _fault;

    public PodDiscovery(ExtendedActorSystem system, Config config)
    {
        _log = Logging.GetLogger(system, typeof(PodDiscovery));
        _time = FormationSetup.Of(system).Time;
        _api = new PodApi(PodAccount.OfThisPod(), new KubernetesOptions
        {
            Namespace = config.GetString("namespace"),
            LabelSelector = config.GetString("label-selector"),
            PortName = config.GetString("port-name"),
        });
        system.RegisterOnTermination(Dispose);
    }

    public override async Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout)
    {
        try
        {
            using var question = new Question(resolveTimeout, _time, CancellationToken.None);
            var pods = await _api.List(question.Stopping);
            var fault = pods.Any(static pod => pod.Port is not null) ? null
                : $"of {pods.Count} pod(s) that run with these labels none has a port of the name; see Kubernetes:LabelSelector, Kubernetes:PortName";
            Say(fault);
            return new Resolved(lookup.ServiceName, pods.Where(static pod => pod.Port is not null)
                .Select(static pod => new ResolvedTarget(pod.Address.ToString(), pod.Port, pod.Address)));
        }
        catch (Exception error)
        {
            Say(PodAccessFault.Explain(error));
            throw;
        }
    }

    /// <summary>With its actor system.</summary>
    public void Dispose() => _api.Dispose();

    private void Say(string? fault)
    {
        if (fault is null && _fault is not null)
        {
            _log.Info("Pods are found again");
        }
        else if (fault is not null && fault != _fault)
        {
            _log.Error("No pods are found, asked again until they are: {0}", fault);
        }

        _fault = fault;
    }
}
