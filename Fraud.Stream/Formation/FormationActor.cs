using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using Npgsql;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>
/// Brings this node into the cluster that the node table names, tells the table that it is there, and who is not any more. One
/// for each actor system; it works as long as that runs.
/// </summary>
/// <remarks>
/// <para>Akka.Management's bootstrap is not used. It collects contact points, asks each over HTTP whether it is in a
/// cluster, and lets the lowest address form one when all say no for a while: a majority of guesses, because its discoveries are
/// lists without a lock. Here one transaction under an advisory lock answers who forms (rule 24 of docs/decisions/0011), with no
/// port more, no wait for a stable list, and the same answer when it is asked twice.</para>
/// <para>With seeds the first of them forms, as Akka has it, and only while the table names no live member: a first seed that
/// starts again while the others are out of its reach forms no second cluster.</para>
/// <para>While it is in no cluster it asks each heartbeat, so that a founder that dies before others joined it is replaced, and a
/// silent store is waited for (rule 25). Without seeds <c>Cluster.JoinSeedNodes</c> never makes this node form a cluster, since its own
/// address is not among those it joins.</para>
/// <para>It ends the node (<see cref="FormationStatus.Ended"/>, then the actor system) when the table refuses its incarnation, when it
/// was welcomed by a node that the table had not named, when a member quarantined it, or when the cluster downed it.</para>
/// </remarks>
public sealed class FormationActor : ReceiveActor, IWithTimers
{
    private readonly FormationSetup _formation;
    private readonly NodeRegistration _node;
    private readonly IReadOnlyList<Address> _seeds;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly CoordinatedShutdown _shutdown = CoordinatedShutdown.Get(Context.System);

    // Downed or gone, and not yet known to be removed in the table. Bounded by the members of a cluster.
    private readonly Dictionary<UniqueAddress, string> _toRemove = [];
    private IReadOnlyList<Address> _joining = [];
    private bool _wasMember;
    private bool _isGone;
    private bool _asking;
    private bool _storeIsSilent;

    public FormationActor(string nodeName, string httpAddress, IReadOnlyList<(string Host, int Port)> seeds)
    {
        _formation = FormationSetup.Of(Context.System);
        // A restarted actor has forgotten whom it joined.
        _wasMember = IsMember;
        var self = _cluster.SelfUniqueAddress;
        _seeds = [.. seeds.Select(seed => self.Address.WithHost(seed.Host).WithPort(seed.Port))];
        _node = new NodeRegistration(
            _formation.Incarnation, nodeName.Length > 0 ? nodeName : Environment.MachineName, self.Address.Host, self.Address.Port ?? 0, self.Uid, httpAddress);

        Receive<Tick>(_ => Ask());
        Receive<Heard>(heard => Hear(heard));
        Receive<Silent>(silent => Miss(silent.Reason));
        Receive<ClusterEvent.MemberUp>(up => up.Member.UniqueAddress == self, _ => _formation.Status.Join());
        Receive<ClusterEvent.MemberDowned>(downed => Lose(downed.Member, isDowned: true));
        Receive<ClusterEvent.MemberRemoved>(removed => Lose(removed.Member, isDowned: removed.PreviousStatus == MemberStatus.Down));
        Receive<ClusterEvent.IMemberEvent>(static _ => { });
        Receive<ThisActorSystemQuarantinedEvent>(Quarantine);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsMember => _cluster.SelfMember.Status != MemberStatus.Removed;

    /// <param name="httpAddress">Where other nodes reach this one over HTTP.</param>
    /// <param name="seeds">Whom it joins while the node table names no live member; none: the table also says who forms.</param>
    public static Props Props(string nodeName, string httpAddress, IReadOnlyList<(string Host, int Port)> seeds) =>
        Akka.Actor.Props.Create(() => new FormationActor(nodeName, httpAddress, seeds));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Context.System.EventStream.Subscribe<ThisActorSystemQuarantinedEvent>(Self);
        var interval = Context.System.Settings.Config.GetTimeSpan("fraud.formation.heartbeat-interval");
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, interval);
        // After the cluster was left: until then others may not think that this node is gone.
        _shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "leave the node table", Leave);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    /// <summary>One question at a time, whose answer comes as a message. Each fails by itself within the limits of <see cref="FormationSource"/>.</summary>
    private void Ask()
    {
        if (_asking || _isGone || _cluster.IsTerminated)
        {
            return;
        }

        if (!IsMember)
        {
            // Who was a member never looks for another cluster, nor does a process that is on its way out.
            if (!_wasMember && _shutdown.ShutdownReason is null)
            {
                Pipe(AskToJoin());
            }

            return;
        }

        if (!_wasMember)
        {
            _wasMember = true;
            if (!_cluster.State.Members.Any(member => _joining.Contains(member.Address)))
            {
                End(new FormationEnd(FormationEndKind.Refused, "this node was welcomed by a cluster that the node table does not name"));
                return;
            }
        }

        Pipe(Beat([.. _toRemove]));
    }

    private void Pipe(Task<Heard> question)
    {
        _asking = true;
        _ = question.PipeTo(Self, failure: static error => new Silent(error));
    }

    private async Task<Heard> AskToJoin() => new(
        await (_seeds.Count == 0 ? _formation.Nodes.Ask(_node, CancellationToken.None) : _formation.Nodes.Find(_node, CancellationToken.None)), []);

    // Who was downed must not be able to take the lease or a claim later (rule 8), so the store is told until it has heard.
    private async Task<Heard> Beat(IReadOnlyList<KeyValuePair<UniqueAddress, string>> toRemove)
    {
        if (!await _formation.Nodes.Beat(_node, CancellationToken.None))
        {
            return await Refused();
        }

        foreach (var (gone, why) in toRemove)
        {
            await _formation.Nodes.Remove(gone.Address.Host, gone.Address.Port ?? 0, gone.Uid, why, _node.Incarnation, CancellationToken.None);
        }

        return new Heard(new JoinAnswer.Wait(), [.. toRemove.Select(static one => one.Key)]);
    }

    private async Task<Heard> Refused() =>
        new(new JoinAnswer.Refused(await _formation.Nodes.WhyRefused(_node.Incarnation, CancellationToken.None)), []);

    private void Hear(Heard heard)
    {
        _asking = false;
        if (_storeIsSilent)
        {
            _storeIsSilent = false;
            _log.Info("The node table answers again");
        }

        foreach (var node in heard.Removed)
        {
            _toRemove.Remove(node);
        }

        switch (heard.Answer)
        {
            // After it left its row is removed, by itself.
            case JoinAnswer.Refused refused when !_cluster.IsTerminated:
                End(new FormationEnd(FormationEndKind.Refused, $"the node table refuses this process: {refused.Why}"));
                break;
            case JoinAnswer.Form form when !IsMember:
                _log.Info("This node forms cluster {0}", form.Number);
                _joining = [_cluster.SelfAddress];
                _cluster.Join(_cluster.SelfAddress);
                break;
            case JoinAnswer.Join join when !IsMember:
                Join([.. join.Members.Select(member => _cluster.SelfAddress.WithHost(member.Host).WithPort(member.Port))]);
                break;
            case JoinAnswer.Wait when !IsMember && _seeds.Count > 0:
                Join(_seeds);
                break;
        }
    }

    private void Miss(Exception reason)
    {
        _asking = false;
        // The first start of all is just making the tables.
        if (!_storeIsSilent && reason is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
        {
            _storeIsSilent = true;
            _log.Warning("The node table does not answer, asked again each heartbeat: {0}", reason.Message);
        }
    }

    // Akka goes on by itself until the list is another.
    private void Join(IReadOnlyList<Address> members)
    {
        if (!members.SequenceEqual(_joining))
        {
            _log.Info("This node joins {0}", string.Join(", ", members));
            _joining = members;
            _cluster.JoinSeedNodes(members);
        }
    }

    private void Lose(Member member, bool isDowned)
    {
        if (member.UniqueAddress != _cluster.SelfUniqueAddress)
        {
            _toRemove[member.UniqueAddress] = isDowned ? $"downed, as {_node.Name} saw it" : "left";
            Ask();
        }
        else if (isDowned)
        {
            End(new FormationEnd(FormationEndKind.Downed, "the cluster downed this node"));
        }
        else
        {
            _isGone = true;
        }
    }

    private void Quarantine(ThisActorSystemQuarantinedEvent quarantined)
    {
        // A node that is no member any more may say so of everyone.
        if (_cluster.State.Members.Any(member => member.Address == quarantined.RemoteAddress && member.Status != MemberStatus.Down))
        {
            End(new FormationEnd(FormationEndKind.Refused, $"{quarantined.RemoteAddress} quarantined this node"));
        }
    }

    private void End(FormationEnd end)
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        _formation.Status.End(end);
        _log.Error("This node ends: {0}", end.Reason);
        if (end.Kind == FormationEndKind.Refused)
        {
            // At once, so that its claims and the lease are refused while it shuts down.
            Pipe(Refuse(end.Reason));
        }

        // A member that is downed runs the coordinated shutdown by itself.
        if (IsMember)
        {
            _cluster.Down(_cluster.SelfAddress);
        }
        else
        {
            _ = _shutdown.Run(CoordinatedShutdown.ClusterDowningReason.Instance);
        }
    }

    private async Task<Heard> Refuse(string why)
    {
        await _formation.Nodes.Leave(_node.Incarnation, why, CancellationToken.None);
        return new Heard(new JoinAnswer.Wait(), []);
    }

    private async Task<Done> Leave()
    {
        _formation.Status.End(_shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason
            ? new FormationEnd(FormationEndKind.Downed, "the cluster downed this node")
            : new FormationEnd(FormationEndKind.Left, "left"));
        var end = await _formation.Status.Ended;
        try
        {
            // Within the phase, whose timeout is Akka's five seconds.
            using var question = new Question(TimeSpan.FromSeconds(3), _formation.Time, CancellationToken.None);
            await _formation.Nodes.Leave(_node.Incarnation, end.Reason, question.Stopping);
        }
        catch (Exception error)
        {
            _log.Warning("The node table was not told that this node leaves; its row goes stale by itself: {0}", error.Message);
        }

        return Done.Instance;
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>What the store said, and who is known to be removed.</summary>
    private sealed record Heard(JoinAnswer Answer, IReadOnlyList<UniqueAddress> Removed);

    private sealed record Silent(Exception Reason);
}
