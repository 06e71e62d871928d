using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

internal enum ReplyKind
{
    Answer,
    Moved,
    Refused,
    Expired,
}

internal readonly record struct SimReply(ReplyKind Kind, long Score)
{
    public static readonly SimReply Moved = new(ReplyKind.Moved, 0);
    public static readonly SimReply Refused = new(ReplyKind.Refused, 0);
    public static readonly SimReply Expired = new(ReplyKind.Expired, 0);
}

/// <summary>
/// A process: front door, graph, the shards that sharding put here. It may crash, stand still, be cut off, and its clock is its own.
/// </summary>
internal sealed class SimNode
{
    // Pages that wait for the reader; few, so that they are dropped.
    private const int QueueCapacity = 5;

    private readonly SimWorld _world;
    private readonly Dictionary<int, SimShard> _shards = [];
    private CommittedPages _committed = new(QueueCapacity);
    private CommittedPages _forAlerts = new(QueueCapacity);
    private SimReader? _reader;
    private SimAlerts? _alerts;
    private double _rate = 1;
    private TimeSpan _localBase;
    private TimeSpan _realBase;

    public SimNode(SimWorld world, int index)
    {
        _world = world;
        Index = index;
        View = new int[world.Shards];
        _localBase = world.Random.Ms(0, 1_000_000);
        Boot();
    }

    public int Index { get; }

    public SimWorld World => _world;

    /// <summary>Raised by each start of the process.</summary>
    public int Incarnation { get; private set; }

    public string Id { get; private set; } = "";

    public bool IsRunning { get; private set; }

    public bool IsPaused { get; private set; }

    public bool IsCutFromNodes { get; set; }

    public bool IsCutFromStore { get; set; }

    /// <summary>Since when the others hear nothing of it; null while they do.</summary>
    public TimeSpan? SilentSince { get; set; }

    public List<(int Incarnation, Action Run)> Held { get; } = [];

    /// <summary>Where the node believes that shards are.</summary>
    public int[] View { get; }

    public SimLane? Lane { get; private set; }

    public TimeSpan LocalNow => _localBase + (_world.Now - _realBase) * _rate;

    public bool Has(int shard) => _shards.ContainsKey(shard);

    public bool IsOpen(int shard) => IsRunning && _shards.TryGetValue(shard, out var actor) && actor.Ownership.TakesPayments;

    /// <summary>The claim under which a shard is open here; null when it is not.</summary>
    public long? OpenGeneration(int shard) =>
        _shards.TryGetValue(shard, out var actor) && actor.Ownership.TakesPayments ? actor.Ownership.Claimed.Generation : null;

    public SimShard? Shard(int shard) => _shards.GetValueOrDefault(shard);

    /// <summary>By this node's clock, and only if this process lives then.</summary>
    public void After(TimeSpan after, Action run) => _world.AtNode(this, Incarnation, after / _rate, run);

    public void SetClockRate(double rate)
    {
        (_localBase, _realBase, _rate) = (LocalNow, _world.Now, rate);
    }

    public void Crash()
    {
        IsRunning = false;
        IsPaused = false;
        Held.Clear();
        _shards.Clear();
        Lane = null;
        _reader?.End();
        _reader = null;
        _alerts?.End();
        _alerts = null;
    }

    public void Boot()
    {
        Incarnation++;
        Id = _world.Random.Guid().ToString();
        IsRunning = true;
        Lane = new SimLane(this);
        View.AsSpan().Fill(-1);
        _world.Note(TraceKind.Up, Index, a: Incarnation);
        _committed = new CommittedPages(QueueCapacity);
        _forAlerts = new CommittedPages(QueueCapacity);
        StartReader();
        StartAlerts();
    }

    /// <summary>The process ends by itself and is started again by what started it.</summary>
    public void Exit()
    {
        _world.Note(TraceKind.Exit, Index, a: Incarnation);
        Crash();
        _world.At(_world.Random.Ms(500, 2000), () =>
        {
            if (!IsRunning)
            {
                Boot();
            }
        });
    }

    public void Pause() => IsPaused = IsRunning;

    /// <summary>What waited comes at once and in any order: time limits before the replies that they waited for, too.</summary>
    public void Resume()
    {
        IsPaused = false;
        foreach (var (incarnation, run) in Held)
        {
            _world.AtNode(this, incarnation, _world.Random.Ms(0, 20), run);
        }

        Held.Clear();
    }

    public void StartShard(int shard)
    {
        if (!_shards.ContainsKey(shard))
        {
            _world.Note(TraceKind.Start, Index, shard);
            var actor = new SimShard(this, shard);
            _shards.Add(shard, actor);
            if (Lane is not null)
            {
                actor.Tell(new ShardInput.GraphStarted());
            }

            actor.Tell(new ShardInput.Start());
        }
    }

    public void StopShard(int shard)
    {
        if (_shards.TryGetValue(shard, out var actor))
        {
            actor.Tell(new ShardInput.Stop());
        }
    }

    public void ShardEnded(SimShard actor)
    {
        _world.Note(TraceKind.End, Index, actor.Number);
        _shards.Remove(actor.Number);
        var incarnation = Incarnation;
        _world.Network.SendOutside(this, () => _world.Sharding.Ended(this, incarnation, actor.Number));
    }

    /// <summary>A stage fails: the instance of the graph is gone; another comes after a pause (rule 18).</summary>
    public void FailGraph()
    {
        if (!IsRunning || IsPaused || Lane is not { } lane)
        {
            return;
        }

        _world.Note(TraceKind.GraphEnded, Index);
        Lane = null;
        lane.End();
        TellAll(new ShardInput.GraphEnded());
        After(_world.Random.Ms(50, 1500), () =>
        {
            _world.Note(TraceKind.GraphStarted, Index);
            Lane = new SimLane(this);
            TellAll(new ShardInput.GraphStarted());
        });
    }

    /// <summary>A page was committed.</summary>
    public void Committed(in FollowedPage page)
    {
        _committed.Offer(page);
        _forAlerts.Offer(page);
        _reader?.Wake(_world.Random.Ms(0.05, 10));
    }

    /// <summary>The readers end by themselves, and others come after a pause. The queues stay.</summary>
    public void FailReader()
    {
        if (!IsRunning || IsPaused)
        {
            return;
        }

        if (_alerts is { } alerts)
        {
            alerts.End();
            _alerts = null;
            After(_world.Random.Ms(1, 3000), StartAlerts);
        }

        if (_reader is not { } reader)
        {
            return;
        }

        _world.Note(TraceKind.ReaderEnded, Index);
        reader.End();
        _reader = null;
        After(_world.Random.Ms(1, 3000), StartReader);
    }

    private void StartReader()
    {
        _world.Note(TraceKind.ReaderStarted, Index);
        _reader = new SimReader(this, _committed);
        _reader.Wake(_world.Random.Ms(1, 500));
    }

    private void StartAlerts()
    {
        _alerts = new SimAlerts(this, _forAlerts);
        _alerts.Begin(_world.Random.Ms(1, 500));
    }

    /// <summary>A request of a client. One reply, or none when the process ends.</summary>
    public void Submit(SimPayment payment, TimeSpan timeLeft, Action<SimReply> reply)
    {
        _world.Note(TraceKind.Submit, Index, payment.Shard, payment.Id);
        new SimRequest(this, payment, PaymentAttempts.Begin(LocalNow, timeLeft), reply).Send();
    }

    /// <summary>A payment from this front door or another's.</summary>
    public void Take(SimPayment payment, TimeSpan timeLeft, Action<SimReply> reply)
    {
        if (Lane is { } lane && _shards.TryGetValue(payment.Shard, out var actor) && actor.Ownership.TakesPayments)
        {
            var (generation, deadline) = (actor.Ownership.Claimed.Generation, LocalNow + timeLeft);
            if (_world.Random.Chance(0.99))
            {
                lane.Offer(payment, generation, deadline, reply);
                return;
            }

            After(_world.Random.Pause(), () =>
            {
                if (Lane is { } now)
                {
                    now.Offer(payment, generation, deadline, reply);
                }
            });
        }
        else
        {
            reply(SimReply.Moved);
        }
    }

    public void RecordsCame(int shard) => Shard(shard)?.Fetch();

    private void TellAll(ShardInput input)
    {
        foreach (var shard in Enumerable.Range(0, _world.Shards))
        {
            Shard(shard)?.Tell(input);
        }
    }
}
