using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using Fraud.Stream.Cluster;
using Npgsql;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>
/// Brings this node into the cluster that the node table names, tells the table that it is there, and who is not any more. One
/// for each actor system; it works as long as that runs.
/// </summary>
/// <remarks>
/// <para>One transaction under an advisory lock answers who forms (rule 24 of docs/decisions/0011), with the same answer when it is
/// asked twice.</para>
/// <para>With Kubernetes Akka.Management's bootstrap looks for pods and asks them whether they are in a cluster. Until it has found
/// what it looks for this node does no more than say that it is there; then the bootstrap asks here (<see cref="BootstrapQuestion"/>),
/// does what the store says, and has done its work: what goes wrong from then on is put right as without it.</para>
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
    /// <summary>Under the system's user guardian.</summary>
    public const string Name = "formation";

    private readonly FormationSetup _formation;
    private readonly NodeRegistration _node;
    private readonly NodeQuestions _questions;
    private readonly IReadOnlyList<Address> _seeds;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly CoordinatedShutdown _shutdown = CoordinatedShutdown.Get(Context.System);

    // Downed or gone, and not yet known to be removed in the table. Bounded by the members of a cluster.
    private readonly Dictionary<UniqueAddress, string> _toRemove = [];
    private IReadOnlyList<Address> _joining = [];
    private IActorRef? _bootstrap;
    private bool _joinsByTable;
    private bool _wasMember;
    private bool _isGone;
    private bool _asking;
    private bool _storeIsSilent;

    public FormationActor(ClusterOptions options, string httpAddress)
    {
        _formation = FormationSetup.Of(Context.System);
        // A restarted actor has forgotten whom it joined.
        _wasMember = IsMember;
        var self = _cluster.SelfUniqueAddress;
        _joinsByTable = options.FindsBy != NodeDiscovery.Kubernetes;
        _seeds = [.. options.SeedAddresses().Select(seed => self.Address.WithHost(seed.Host).WithPort(seed.Port))];
        _node = new NodeRegistration(
            _formation.Incarnation, options.NodeName.Length > 0 ? options.NodeName : Environment.MachineName, self.Address.Host, self.Address.Port ?? 0, self.Uid, httpAddress);
        _questions = new NodeQuestions(_formation.Nodes, _node);

        Receive<Tick>(_ => Ask());
        Receive<BootstrapQuestion>(Ask);
        Receive<Heard>(heard => Hear(heard));
        Receive<Silent>(silent => Miss(silent.Reason));
        Receive<ClusterEvent.CurrentClusterState>(Welcomed);
        Receive<ClusterEvent.MemberUp>(up => up.Member.UniqueAddress == self, _ => _formation.Status.Join());
        Receive<ClusterEvent.MemberDowned>(downed => Lose(downed.Member, isDowned: true));
        Receive<ClusterEvent.MemberRemoved>(removed => Lose(removed.Member, isDowned: removed.PreviousStatus == MemberStatus.Down));
        Receive<ClusterEvent.IMemberEvent>(static _ => { });
        Receive<ThisActorSystemQuarantinedEvent>(Quarantine);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsMember => _cluster.SelfMember.Status != MemberStatus.Removed;

    /// <param name="httpAddress">Where other nodes reach this one over HTTP.</param>
    public static Props Props(ClusterOptions options, string httpAddress) => Akka.Actor.Props.Create(() => new FormationActor(options, httpAddress));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Context.System.EventStream.Subscribe<ThisActorSystemQuarantinedEvent>(Self);
        var interval = Context.System.Settings.Config.GetTimeSpan("fraud.formation.heartbeat-interval");
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, interval);
        // After the cluster was left: until then others may not think that this node is gone.
        _shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "leave the node table", Leave);
    }

    protected override void PostRestart(Exception reason)
    {
        // It has forgotten what the bootstrap was told, and the table is safe to ask in any case.
        _joinsByTable = true;
        base.PostRestart(reason);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    /// <summary>One question at a time, whose answer comes as a message.</summary>
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
                Pipe(_joinsByTable && _seeds.Count == 0 ? _questions.Join(mayForm: true) : _questions.Find());
            }

            return;
        }

        if (!_wasMember)
        {
            // The view of the members takes in one after another, and may lack those who welcomed this node. Who is asked here has them all.
            _cluster.SendCurrentClusterState(Self);
            return;
        }

        Pipe(_questions.Beat([.. _toRemove]));
    }

    private void Welcomed(ClusterEvent.CurrentClusterState state)
    {
        if (_wasMember || _isGone || !state.Members.Any(member => member.UniqueAddress == _cluster.SelfUniqueAddress))
        {
            return;
        }

        _wasMember = true;
        if (state.Members.Any(member => _joining.Contains(member.Address)))
        {
            Ask();
        }
        else
        {
            End(new FormationEnd(FormationEndKind.Refused, "this node was welcomed by a cluster that the node table does not name"));
        }
    }

    private void Pipe(Task<Heard> question)
    {
        _asking = true;
        _ = question.PipeTo(Self, failure: static error => new Silent(error));
    }

    private void Ask(BootstrapQuestion question)
    {
        if (_asking || _isGone || IsMember || _shutdown.ShutdownReason is not null)
        {
            Sender.Tell(new JoinAnswer.Unknown());
            return;
        }

        _bootstrap = Sender;
        Pipe(_questions.Join(question.MayForm));
    }

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

        // The bootstrap joins whom it is told.
        var asker = _bootstrap;
        _bootstrap = null;
        asker?.Tell(heard.Answer);
        _joinsByTable |= asker is not null && heard.Answer is JoinAnswer.Form or JoinAnswer.Join;
        switch (heard.Answer)
        {
            // After it left its row is removed, by itself.
            case JoinAnswer.Refused refused when !_cluster.IsTerminated:
                End(new FormationEnd(FormationEndKind.Refused, $"the node table refuses this process: {refused.Why}"));
                break;
            case JoinAnswer.Form form when !IsMember:
                _log.Info("This node forms cluster {0}", form.Number);
                _joining = [_cluster.SelfAddress];
                if (asker is null)
                {
                    _cluster.Join(_cluster.SelfAddress);
                }

                break;
            case JoinAnswer.Join join when !IsMember && _joinsByTable:
                Join([.. join.Members.Select(member => member.AddressLike(_cluster.SelfAddress))], isTold: asker is not null);
                break;
            case JoinAnswer.Wait when !IsMember && _seeds.Count > 0:
                Join(_seeds, isTold: false);
                break;
        }
    }

    private void Miss(Exception reason)
    {
        _asking = false;
        _bootstrap?.Tell(new JoinAnswer.Unknown());
        _bootstrap = null;
        // The first start of all is just making the tables.
        if (!_storeIsSilent && reason is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable })
        {
            _storeIsSilent = true;
            _log.Warning("The node table does not answer, asked again each heartbeat: {0}", reason.Message);
        }
    }

    // Akka goes on by itself until the list is another.
    private void Join(IReadOnlyList<Address> members, bool isTold)
    {
        if (!members.SequenceEqual(_joining))
        {
            _log.Info("This node joins {0}", string.Join(", ", members));
            _joining = members;
            if (!isTold)
            {
                _cluster.JoinSeedNodes(members);
            }
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
            Pipe(_questions.Leave(end.Reason, CancellationToken.None));
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
            await _questions.Leave(end.Reason, question.Stopping);
        }
        catch (Exception error)
        {
            _log.Warning("The node table was not told that this node leaves; its row goes stale by itself: {0}", error.Message);
        }

        return Done.Instance;
    }
}
