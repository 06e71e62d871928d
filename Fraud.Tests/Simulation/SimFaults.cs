using System.Globalization;

namespace Fraud.Tests.Simulation;

/// <summary>
/// The faults of a run, drawn from its seed: which, when, of whom, for how long. All are over when the quiet time begins.
/// </summary>
internal sealed class SimFaults
{
    public static readonly TimeSpan Begin = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan End = TimeSpan.FromSeconds(40);

    private readonly SimWorld _world;
    private readonly SimRandom _random;

    public SimFaults(SimWorld world)
    {
        _world = world;
        _random = world.Random;
        for (var left = 8 + _random.Below(11); left > 0; left--)
        {
            Draw();
        }

        _world.At(End, Heal);
    }

    /// <summary>In the order in which they were drawn.</summary>
    public List<string> List { get; } = [];

    private void Draw()
    {
        var at = Begin + (End - Begin) * (_random.Below(1000) / 1000.0);
        var node = _world.Nodes[_random.Below(_world.Nodes.Length)];
        var shard = _random.Below(_world.Shards);
        var network = _world.Network;
        var rate = 0.05 + _random.Below(40) / 100.0;
        switch (_random.Below(20))
        {
            case 0:
                Plan("crash", at, _random.Ms(200, 12_000), node, () => node.Crash(), () => Boot(node));
                break;
            case 1:
                // Longer than any lease or session: the zombie.
                Plan("pause", at, _random.Ms(500, 25_000), node, node.Pause, () => Resume(node));
                break;
            case 2:
                Plan("cut from nodes", at, _random.Ms(1000, 18_000), node, () => CutNodes(node, true), () => CutNodes(node, false));
                break;
            case 3:
                Plan("cut from store", at, _random.Ms(500, 15_000), node, () => CutStore(node, true), () => CutStore(node, false));
                break;
            case 4:
                Plan("store away", at, _random.Ms(200, 5000), null, () => network.IsStoreAway = true, () => network.IsStoreAway = false);
                break;
            case 5:
                Plan("store slow", at, _random.Ms(1000, 8000), null, () => network.StoreMs = 100 + 1000 * rate, () => network.StoreMs = 0);
                break;
            case 6:
                Plan(
                    "replies of the store lost", at, _random.Ms(1000, 8000), null,
                    () => network.LoseReply = rate,
                    () => network.LoseReply = 0);
                break;
            case 7:
                Plan(
                    "requests to the store lost", at, _random.Ms(1000, 8000), null,
                    () => network.LoseRequest = rate,
                    () => network.LoseRequest = 0);
                break;
            case 8 or 15:
                Plan("requests to the store late", at, _random.Ms(2000, 12_000), null, () => network.Late = rate, () => network.Late = 0);
                break;
            case 9:
                Plan(
                    "messages lost, doubled, overtaken", at, _random.Ms(1000, 10_000), null,
                    () => network.Drop = network.Duplicate = network.Slow = rate,
                    () => network.Drop = network.Duplicate = network.Slow = 0);
                break;
            case 10 or 14:
                Plan("graph fails", at, default, node, node.FailGraph, static () => { });
                break;
            case 11:
                PlanOf("shard moved", at, shard, () => _world.Sharding.Rebalance(shard));
                PlanOf("shard moved", at + _random.Ms(1000, 6000), shard, () => _world.Sharding.Rebalance(shard));
                break;
            case 12 or 16:
                PlanOf("shard put on two nodes", at, shard, () => _world.Sharding.PutTwice(shard));
                break;
            case 17 or 18:
                Plan("reader fails", at, default, node, node.FailReader, static () => { });
                break;
            case 19:
                Plan(
                    "requests of readers doubled and late", at, _random.Ms(2000, 12_000), node,
                    () => network.Twice = network.Late = rate,
                    () => network.Twice = network.Late = 0);
                PlanOf("readers fail", at + _random.Ms(100, 4000), shard, FailReaders);
                PlanOf("readers fail", at + _random.Ms(4000, 9000), shard, FailReaders);
                break;
            default:
                var speed = 0.9 + _random.Below(20) / 100.0;
                Plan("clock runs wrong", at, _random.Ms(5000, 30_000), node, () => node.SetClockRate(speed), () => node.SetClockRate(1));
                break;
        }
    }

    private void Plan(string name, TimeSpan at, TimeSpan lasts, SimNode? of, Action begin, Action end)
    {
        var number = List.Count;
        List.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{at.TotalSeconds,8:F3} s  {name}{(of is null ? "" : $" node{of.Index}")} for {lasts.TotalSeconds:F1} s"));
        _world.At(at, () =>
        {
            if (_world.IsQuiet)
            {
                return;
            }

            _world.Note(TraceKind.Fault, of?.Index ?? -1, a: number);
            begin();
            _world.At(lasts, () =>
            {
                _world.Note(TraceKind.Heal, of?.Index ?? -1, a: number);
                end();
            });
        });
    }

    private void PlanOf(string name, TimeSpan at, int shard, Action begin)
    {
        var number = List.Count;
        List.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,8:F3} s  {name}: {shard}"));
        _world.At(at, () =>
        {
            _world.Note(TraceKind.Fault, -1, shard, number);
            begin();
        });
    }

    private void FailReaders()
    {
        foreach (var node in _world.Nodes)
        {
            node.FailReader();
        }
    }

    private void Heal()
    {
        _world.IsQuiet = true;
        _world.Network.Heal();
        _world.Network.IsStoreAway = false;
        foreach (var node in _world.Nodes)
        {
            node.IsCutFromNodes = node.IsCutFromStore = false;
            Boot(node);
            Resume(node);
        }
    }

    private static void CutNodes(SimNode node, bool isCut) => node.IsCutFromNodes = isCut;

    private static void CutStore(SimNode node, bool isCut) => node.IsCutFromStore = isCut;

    private static void Boot(SimNode node)
    {
        if (!node.IsRunning)
        {
            node.Boot();
        }
    }

    private static void Resume(SimNode node)
    {
        if (node.IsRunning && node.IsPaused)
        {
            node.Resume();
        }
    }
}
