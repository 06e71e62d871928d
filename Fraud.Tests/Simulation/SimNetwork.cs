namespace Fraud.Tests.Simulation;

/// <summary>
/// Messages between clients, nodes and sharding, and calls of nodes to the store; the rates are moved by <see cref="SimFaults"/>.
/// </summary>
internal sealed class SimNetwork(SimWorld world)
{
    public const int Outside = -1;

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);

    private readonly SimRandom _random = world.Random;

    public double Drop { get; set; }

    public double Duplicate { get; set; }

    /// <summary>Chance of a message to take up to two seconds, and so to be overtaken.</summary>
    public double Slow { get; set; }

    /// <summary>
    /// Chances of a call to the store: request lost; carried out, but the reply lost; carried out long after the caller gave up.
    /// </summary>
    public double LoseRequest { get; set; }

    public double LoseReply { get; set; }

    public double Late { get; set; }

    /// <summary>Chance of a call to be carried out twice, for those that allow it: sent again by what is between.</summary>
    public double Twice { get; set; }

    public bool IsStoreAway { get; set; }

    /// <summary>Added to each call; a slow database.</summary>
    public double StoreMs { get; set; }

    public void Heal() => Drop = Duplicate = Slow = LoseRequest = LoseReply = Late = Twice = StoreMs = 0;

    /// <param name="from">A node, or <see cref="Outside"/>.</param>
    /// <param name="incarnation">The receiver's process that is meant; 0 is any.</param>
    public void Send(int from, SimNode to, Action deliver, int incarnation = 0)
    {
        if (IsCut(from, to.Index) || _random.Chance(Drop))
        {
            return;
        }

        Deliver(to, incarnation, deliver);
        if (_random.Chance(Duplicate))
        {
            Deliver(to, incarnation, deliver);
        }
    }

    public void SendOutside(SimNode from, Action deliver)
    {
        if (!_random.Chance(Drop))
        {
            world.At(Delay(), deliver);
        }
    }

    /// <summary>One call to the store. Exactly one of the two continuations runs, unless the process ends first.</summary>
    /// <param name="mayRunTwice">A commit is never sent twice by a driver; what moves no head may be.</param>
    public void Call<T>(SimNode node, Func<T> call, Action<T> reply, Action unknown, bool mayRunTwice = false)
    {
        var isOver = false;
        var incarnation = node.Incarnation;
        node.After(CallLimit, GiveUp);
        if (IsStoreAway)
        {
            node.After(_random.Ms(1, 300), GiveUp);
            return;
        }

        var isCut = node.IsCutFromStore;
        if (_random.Chance(isCut ? 0.7 : LoseRequest))
        {
            return;
        }

        var losesReply = isCut || _random.Chance(LoseReply);
        Carry();
        if (mayRunTwice && _random.Chance(Twice))
        {
            Carry();
        }

        void Carry() => world.At(_random.Chance(Late) ? _random.Ms(1500, 9000) : _random.Ms(0.2, 2 + StoreMs), () =>
        {
            var result = call();
            if (!losesReply)
            {
                world.AtNode(node, incarnation, _random.Ms(0.2, 2 + StoreMs), () =>
                {
                    if (!isOver)
                    {
                        isOver = true;
                        reply(result);
                    }
                });
            }
        });

        void GiveUp()
        {
            if (!isOver)
            {
                isOver = true;
                unknown();
            }
        }
    }

    private bool IsCut(int from, int to) =>
        from >= 0 && from != to && (world.Nodes[from].IsCutFromNodes || world.Nodes[to].IsCutFromNodes);

    private TimeSpan Delay() => _random.Chance(Slow) ? _random.Ms(50, 2000) : _random.Ms(0.1, 2);

    private void Deliver(SimNode to, int incarnation, Action deliver) => world.AtNode(to, incarnation, Delay(), deliver);
}
