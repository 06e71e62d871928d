namespace Fraud.Tests.Simulation;

/// <summary>
/// The transactions topic: a log for each shard, filled in bursts; some records are there twice, at once or long after, some
/// came over HTTP as well.
/// </summary>
internal sealed class SimKafka
{
    private readonly SimWorld _world;
    private readonly List<SimPayment>[] _logs;

    public SimKafka(SimWorld world)
    {
        _world = world;
        _logs = [.. Enumerable.Range(0, world.Shards).Select(static _ => new List<SimPayment>())];
        Plan();
    }

    public long End(int shard) => _logs[shard].Count;

    public IReadOnlyList<SimPayment> Log(int shard) => _logs[shard];

    public IReadOnlyList<SimPayment> Read(int shard, long from, int limit) =>
        from >= _logs[shard].Count ? [] : _logs[shard].GetRange((int)from, Math.Min(limit, _logs[shard].Count - (int)from));

    private void Plan() => _world.At(_world.Random.Ms(50, 900), Produce);

    private void Produce()
    {
        if (_world.IsQuiet)
        {
            return;
        }

        Produce(_world.Random.Below(_world.Shards));
        Produce(_world.Random.Below(_world.Shards));
        Plan();
    }

    private void Produce(int shard)
    {
        var random = _world.Random;
        var log = _logs[shard];
        for (var left = 1 + random.Below(6); left > 0; left--)
        {
            log.Add(random.Below(20) switch
            {
                0 when log.Count > 0 => log[^(1 + random.Below(Math.Min(4, log.Count)))],
                2 or 3 when log.Count > 0 => log[random.Below(log.Count)],
                1 when _world.Clients.Latest(shard) is { } latest => latest,
                _ => _world.Clients.NewPayment(shard, random.Below(SimClients.CardsOfAShard)),
            });
        }

        _world.Note(TraceKind.Produce, -1, shard, log.Count);
        foreach (var node in _world.Nodes)
        {
            if (node.IsRunning)
            {
                _world.AtNode(node, 0, random.Ms(0.1, 2), () => node.RecordsCame(shard));
            }
        }
    }
}
