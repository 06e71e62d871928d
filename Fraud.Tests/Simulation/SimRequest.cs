using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>One request at the front door: attempts here or one hop away, until the answer or the deadline (rules 14 and 20).</summary>
internal sealed class SimRequest(SimNode node, SimPayment payment, PaymentAttempts attempts, Action<SimReply> reply)
{
    // Clocks run wrong by a tenth; what is left of three seconds then is less.
    private static readonly TimeSpan TooEarly = TimeSpan.FromSeconds(1);

    private PaymentAttempts _attempts = attempts;
    private bool _isOver;

    public void Send()
    {
        var world = node.World;
        var number = _attempts.Number;
        if (_isOver)
        {
            return;
        }

        var sent = node.LocalNow;
        node.After(PaymentAttempts.Silence, () => Next(number));
        var view = node.View[payment.Shard];
        if (node.IsOpen(payment.Shard) || view < 0 || view == node.Index)
        {
            world.Note(TraceKind.Attempt, node.Index, payment.Shard, payment.Id, number);
            node.Take(payment, _attempts.TimeLeft(sent), each => Replied(number, each));
            return;
        }

        world.Note(TraceKind.Forward, node.Index, payment.Shard, payment.Id, view);
        var incarnation = node.Incarnation;
        var there = world.Nodes[view];
        world.Network.Send(node.Index, there, () =>
            there.Take(payment, world.Model.TimeLeft(_attempts, sent, there.LocalNow), each =>
                world.Network.Send(there.Index, node, () => Replied(number, each), incarnation)));
    }

    private void Replied(int number, SimReply each)
    {
        if (_isOver)
        {
            return;
        }

        if (each.Kind == ReplyKind.Answer)
        {
            _isOver = true;
            reply(each);
            return;
        }

        if (each.Kind == ReplyKind.Expired && _attempts.TimeLeft(node.LocalNow) > TooEarly)
        {
            throw new SimViolation(
                $"payment {payment.Id} expired {_attempts.TimeLeft(node.LocalNow)} before its deadline (rule 20)");
        }

        node.World.Note(TraceKind.Moved, node.Index, payment.Shard, payment.Id, (long)each.Kind);
        Next(number);
    }

    private void Next(int number)
    {
        if (_isOver || !_attempts.IsPresent(number))
        {
            return;
        }

        if (!_attempts.TryNext(node.LocalNow, out var next, out var wait))
        {
            _isOver = true;
            reply(SimReply.Refused);
            return;
        }

        _attempts = next;
        node.After(wait, Send);
    }
}
