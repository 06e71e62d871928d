using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Management.Cluster.Bootstrap;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>
/// Akka.Management's bootstrap asks it whether this node joins others or forms a cluster. It says what the store says: a list of pods
/// has no lock, and two nodes that are shown two halves of it would each be the lowest of theirs (rule 24 of docs/decisions/0011).
/// </summary>
/// <remarks>
/// <para>The pods only tell when it is time to ask, and that there is a cluster to wait for. Whom this node joins are the live members
/// of the node table, so an answer of a pod that is of another cluster, or that was forged, leads nowhere.</para>
/// <para>While a pod is in a cluster no other is formed, even where the store names no live member: the store may have been away for
/// them and not for this node.</para>
/// <para>Made by Akka, by its name in kubernetes.conf.</para>
/// </remarks>
public sealed class StoreJoinDecider : IJoinDecider
{
    private readonly ActorSystem _system;
    private readonly ILoggingAdapter _log;
    private readonly int _required;
    private readonly TimeSpan _stableFor;
    private readonly TimeSpan _timeout;
    private bool _saidUnknown;

    public StoreJoinDecider(ActorSystem system, ClusterBootstrapSettings settings)
    {
        _system = system;
        _log = Logging.GetLogger(system, typeof(StoreJoinDecider));
        _required = settings.ContactPointDiscovery.RequiredContactPointsNr;
        _stableFor = settings.ContactPointDiscovery.StableMargin;
        _timeout = system.Settings.Config.GetTimeSpan("fraud.formation.bootstrap-question-timeout");
    }

    public async Task<IJoinDecision> Decide(SeedNodesInformation info)
    {
        var cluster = AkkaCluster.Get(_system);
        if (cluster.SelfMember.Status != MemberStatus.Removed)
        {
            // It was told too late and has joined without: Akka ignores this, and the bootstrap ends.
            return JoinSelf.Instance;
        }

        var contactPoints = ContactPointsReader.Read(info, _required, _stableFor);
        if (contactPoints == ContactPoints.Unsettled)
        {
            return KeepProbing.Instance;
        }

        JoinAnswer answer;
        try
        {
            answer = await _system.ActorSelection($"/user/{FormationActor.Name}")
                .Ask<JoinAnswer>(new BootstrapQuestion(MayForm: contactPoints == ContactPoints.Idle), _timeout);
        }
        catch (AskTimeoutException)
        {
            // The actor says what keeps it; the bootstrap asks again.
            return KeepProbing.Instance;
        }

        switch (answer)
        {
            case JoinAnswer.Form:
                return JoinSelf.Instance;
            case JoinAnswer.Join join:
                return new JoinOtherSeedNodes([.. join.Members.Select(member => member.AddressLike(cluster.SelfAddress))]);
            case JoinAnswer.Wait when contactPoints == ContactPoints.Clustered && !_saidUnknown:
                _saidUnknown = true;
                _log.Warning(
                    "Pods answer that are in a cluster ({0}), and the store names no live member of it. This node waits: if they are of another cluster, give Kubernetes:LabelSelector a label that they have not",
                    string.Join(", ", info.AllSeedNodes));
                return KeepProbing.Instance;
            default:
                return KeepProbing.Instance;
        }
    }
}
