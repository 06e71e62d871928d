using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>Everything of one run: the clock, what is to happen, and who takes part. One thread; the seed decides all.</summary>
internal sealed class SimWorld
{
    private readonly PriorityQueue<Planned, (TimeSpan, long)> _planned = new();
    private long _order;

    public SimWorld(ulong seed, SimModel model)
    {
        Model = model;
        Random = new SimRandom(seed);
        Shards = 3 + Random.Below(4);
        Window = 3 + Random.Below(10);
        Store = new SimStore(model, Shards, Window);
        Network = new SimNetwork(this);
        Nodes = [.. Enumerable.Range(0, 3).Select(index => new SimNode(this, index))];
        Kafka = new SimKafka(this);
        Sharding = new SimSharding(this);
        Clients = new SimClients(this);
        Checker = new Checker(Store, Kafka, AlertsTopic, Shards, Window);
    }

    public SimModel Model { get; }

    public SimRandom Random { get; }

    public SimTrace Trace { get; } = new();

    public int Shards { get; }

    /// <summary>Ids that a shard keeps to know repeats by.</summary>
    public int Window { get; }

    public SimStore Store { get; }

    public SimNetwork Network { get; }

    public SimNode[] Nodes { get; }

    public SimKafka Kafka { get; }

    /// <summary>Payments of which Kafka has an alert; here each is flagged.</summary>
    public HashSet<long> AlertsTopic { get; } = [];

    public SimSharding Sharding { get; }

    public SimClients Clients { get; }

    public Checker Checker { get; }

    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Faults are over: what is drawn now has to go well.</summary>
    public bool IsQuiet { get; set; }

    public void At(TimeSpan after, Action run) => Plan(new Planned(null, 0, run), after);

    /// <param name="incarnation">Of the process that is meant; 0 is the one that runs then.</param>
    public void AtNode(SimNode node, int incarnation, TimeSpan after, Action run) => Plan(new Planned(node, incarnation, run), after);

    public void Note(TraceKind kind, int node, int shard = -1, long a = 0, long b = 0) => Trace.Add(Now, kind, node, shard, a, b);

    /// <summary>Runs what is planned until a time.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_planned.TryPeek(out _, out var at) && at.Item1 <= end)
        {
            var next = _planned.Dequeue();
            Now = at.Item1;
            if (next.Node is { } node)
            {
                if (!node.IsRunning || (next.Incarnation != 0 && next.Incarnation != node.Incarnation))
                {
                    continue;
                }

                if (node.IsPaused)
                {
                    node.Held.Add((next.Incarnation, next.Run));
                    continue;
                }
            }

            Steps++;
            next.Run();
        }

        Now = end;
    }

    private void Plan(Planned planned, TimeSpan after) => _planned.Enqueue(planned, (Now + after, _order++));

    private readonly record struct Planned(SimNode? Node, int Incarnation, Action Run);
}
