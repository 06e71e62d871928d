namespace Fraud.Tests.Simulation;

/// <summary>
/// Callers over HTTP. Each pays with one card, one payment after the answer to the one before; without an answer it asks again, at any
/// node,
/// with the same id, until its patience ends. Some cards have two callers at once.
/// </summary>
internal sealed class SimClients
{
    public const int CardsOfAShard = 3;

    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly SimWorld _world;
    private readonly SimPayment?[] _latest;
    private long _lastId;
    private int _waiting;

    public SimClients(SimWorld world)
    {
        _world = world;
        _latest = new SimPayment?[world.Shards];
        for (var client = 0; client < world.Shards * 2; client++)
        {
            var shard = client % world.Shards;
            var card = world.Random.Below(CardsOfAShard);
            _world.At(world.Random.Ms(0, 1000), () => Pay(shard, card));
        }
    }

    /// <summary>No one waits for an answer.</summary>
    public bool AreDone => _waiting == 0;

    public SimPayment NewPayment(int shard, int card) => new(++_lastId, shard, card, 1 + _world.Random.Below(1000));

    public SimPayment? Latest(int shard) => _latest[shard];

    /// <summary>One payment that has to be answered, since faults are over.</summary>
    public void Probe(int shard) => new Request(this, NewPayment(shard, _world.Random.Below(CardsOfAShard)), static () => { }).Send();

    private void Pay(int shard, int card)
    {
        if (_world.IsQuiet)
        {
            return;
        }

        var payment = NewPayment(shard, card);
        _latest[shard] = payment;
        new Request(this, payment, () => _world.At(_world.Random.Ms(50, 1500), () => Pay(shard, card))).Send();
    }

    private sealed class Request
    {
        private readonly SimClients _clients;
        private readonly SimWorld _world;
        private readonly SimPayment _payment;
        private readonly Action _next;
        private readonly TimeSpan _sentAt;
        private int _try;
        private bool _isOver;

        public Request(SimClients clients, SimPayment payment, Action next)
        {
            (_clients, _world, _payment, _next) = (clients, clients._world, payment, next);
            _sentAt = _world.Now;
            clients._waiting++;
        }

        public void Send()
        {
            if (!_world.IsQuiet && _world.Now - _sentAt > Patience)
            {
                End();
                return;
            }

            // Who still waits when the faults end asks on: from then on there is nothing that excuses silence.
            if (_world.Now - _sentAt > Patience && _world.Now - SimFaults.End > Patience)
            {
                throw new SimViolation($"payment {_payment.Id} of shard {_payment.Shard} was not answered for {Patience} without faults");
            }

            var number = ++_try;
            var node = _world.Nodes[_world.Random.Below(_world.Nodes.Length)];
            _world.Network.Send(SimNetwork.Outside, node, () =>
                node.Submit(_payment, TimeSpan.FromSeconds(3), reply =>
                    _world.Network.SendOutside(node, () => Replied(number, reply))));
            _world.At(RequestLimit, () => Again(number));
        }

        private void Replied(int number, SimReply reply)
        {
            if (reply.Kind != ReplyKind.Answer)
            {
                _world.At(_world.Random.Ms(100, 500), () => Again(number));
            }
            else if (!_isOver)
            {
                _world.Note(TraceKind.Answered, -1, _payment.Shard, _payment.Id);
                _world.Checker.AnswerReached(_payment, reply.Score, _sentAt, _world.Now);
                End();
            }
        }

        private void Again(int number)
        {
            if (!_isOver && number == _try)
            {
                Send();
            }
        }

        private void End()
        {
            _isOver = true;
            _clients._waiting--;
            _next();
        }
    }
}
