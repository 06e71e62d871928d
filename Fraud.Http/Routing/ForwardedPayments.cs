using System.Runtime.InteropServices;
using Akka.Actor;
using Fraud.Http.Scoring;
using Fraud.Model.Snapshots;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>Payments that other nodes took in, scored here or answered with why not, one by one. Never sends them on.</summary>
internal sealed class ForwardedPayments(
    NodeIdentity self,
    ShardDirectory directory,
    AdmissionGate gate,
    ModelRoutes models,
    RoutingMetrics metrics,
    PaymentTracer tracer,
    TimeProvider time,
    ILogger<ForwardedPayments> log) : IForwardedPayments
{
    // The answer has to be back before the sender's deadline; what is not done by then may as well be asked again.
    private const double ShareOfDeadline = 0.9;

    [ThreadStatic]
    private static StateWriter? writer;

    public void Score(ScorePayments message, IActorRef replyTo)
    {
        List<RoutedPayment> payments;
        ulong number;
        try
        {
            payments = ForwardCodec.ReadRequest(message.Payments.Span, gate, time, out number);
        }
        catch (CorruptStateException error)
        {
            RoutingLog.NotUnderstood(log, message.Shard, error.Message);
            return;
        }

        _ = Score(message.Shard, payments, number, replyTo);
    }

    private async Task Score(int shard, List<RoutedPayment> payments, ulong number, IActorRef replyTo)
    {
        try
        {
            var group = new ScoreGroup(payments, gate, time, repeats: false);
            var here = new List<int>(payments.Count);
            var deadline = time.GetTimestamp();
            for (var i = 0; i < payments.Count; i++)
            {
                deadline = Math.Max(deadline, payments[i].Deadline);
                if (IsScoredHere(payments[i], shard))
                {
                    here.Add(i);
                }
            }

            if (here.Count > 0)
            {
                group.Admit(CollectionsMarshal.AsSpan(here));
            }

            await group.Wait(time.GetElapsedTime(time.GetTimestamp(), deadline) * ShareOfDeadline);
            payments.ForEach(payment => payment.Return(gate));
            Answer(payments, number, replyTo);
        }
        catch (Exception error)
        {
            // A mistake of ours: the sender hears nothing, and asks again.
            RoutingLog.ScoreFailed(log, shard, error);
        }
    }

    private bool IsScoredHere(RoutedPayment item, int shard)
    {
        // Another shard than the message's: the nodes do not agree on the number of partitions.
        if (item.Shard != shard || !directory.IsOpen(shard))
        {
            item.Settle(RouteOutcome.Misrouted);
            return false;
        }

        if (ModelInputs.Check(item.Payment!.Transaction, models) is not null)
        {
            item.Settle(RouteOutcome.WrongInput);
            return false;
        }

        if (item.TraceParent is { } parent)
        {
            tracer.BeginForwarded(item.Payment, parent);
        }

        return true;
    }

    private void Answer(List<RoutedPayment> payments, ulong number, IActorRef replyTo)
    {
        var counts = default(OutcomeCounts);
        payments.ForEach(payment => counts.Add(payment.Outcome));
        counts.Report(metrics.Received);
        var from = 0;
        do
        {
            replyTo.Tell(new PaymentsScored(ForwardCodec.WriteAnswers(writer ??= new StateWriter(), number, self.Name, payments, ref from)), ActorRefs.NoSender);
        }
        while (from < payments.Count);
    }
}
