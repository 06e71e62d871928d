using System.Buffers;
using System.Runtime.InteropServices;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Snapshots;
using Fraud.Stream.Cluster;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Fraud.Stream.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Routing;

/// <summary>
/// <c>POST /internal/score</c>: payments that other nodes took in, scored here or answered with why not, one by
/// one. Never sends them on.
/// </summary>
internal sealed class ForwardEndpoint(
    NodeIdentity self,
    ShardMap map,
    AdmissionGate gate,
    ModelRoutes models,
    RoutingMetrics metrics,
    PaymentTracer tracer,
    TimeProvider time) : IEndpoints
{
    public const string Path = "/internal/score";

    // The answer has to be back before the sender's deadline; what is not done by then may as well be asked again.
    private const double ShareOfDeadline = 0.9;

    private static readonly Problem TooLarge = ContentTypes.TooLarge(ForwardCodec.MaxBytes);

    [ThreadStatic]
    private static StateWriter? cached;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, (RequestDelegate)Handle).Needs(Access.Peer);

    public async Task Handle(HttpContext context)
    {
        var body = await RequestBody.Read(context, ForwardCodec.MaxBytes);
        if (body.IsTooLarge)
        {
            await TooLarge.Write(context);
            return;
        }

        List<RoutedPayment> payments;
        try
        {
            payments = ForwardCodec.DecodeRequest(body.Bytes, gate.Rent, gate.PrepareForwarded, gate.Return, time);
        }
        catch (Exception error) when (error is CorruptStateException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            await new Problem(400, "The payments cannot be read", "body: expected payments as this version encodes them").Write(context);
            return;
        }
        finally
        {
            body.Release();
        }

        if (tracer.IsOn && context.Request.Headers.TryGetValue(RoutingHeaders.Traces, out var traces))
        {
            ForwardTraces.Read(traces.ToString(), payments, tracer);
        }

        if (payments.Count > 0)
        {
            await Score(payments, context.RequestAborted);
        }

        await Answer(context, payments);
    }

    private async Task Score(List<RoutedPayment> payments, CancellationToken cancellation)
    {
        var group = new ScoreGroup(payments, gate, time);
        var here = new List<int>(payments.Count);
        var deadline = long.MinValue;
        for (var i = 0; i < payments.Count; i++)
        {
            var payment = payments[i];
            deadline = Math.Max(deadline, payment.Deadline);
            var owner = map.OwnerOf(payment.Shard);
            if (owner.Place != ShardPlace.Here)
            {
                payment.Generation = owner.Generation;
                payment.Settle(RouteOutcome.Misrouted);
            }
            else if (ModelInputs.Check(payment.Payment!.Transaction, models) is not null)
            {
                payment.Settle(RouteOutcome.WrongInput);
            }
            else
            {
                here.Add(i);
            }
        }

        if (here.Count > 0)
        {
            group.Admit(CollectionsMarshal.AsSpan(here));
        }

        await group.Wait(time.GetElapsedTime(time.GetTimestamp(), deadline) * ShareOfDeadline, cancellation);
        foreach (var routed in payments)
        {
            if (routed.Payment is { } payment)
            {
                routed.Payment = null;
                gate.Return(payment);
            }
        }
    }

    private Task Answer(HttpContext context, List<RoutedPayment> payments)
    {
        var counts = default(OutcomeCounts);
        foreach (var payment in payments)
        {
            counts.Add(payment.Outcome);
        }

        counts.Report(metrics.Received);
        var bytes = ForwardCodec.EncodeAnswer(cached ??= new StateWriter(), payments);
        var response = context.Response;
        response.Headers[RoutingHeaders.Node] = self.Name;
        response.ContentType = ForwardCodec.ContentType;
        response.ContentLength = bytes.Length;
        // Copied into the response's own memory before the thread's buffer is used again.
        response.BodyWriter.Write(bytes);
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
