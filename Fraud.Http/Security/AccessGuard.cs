using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security;

/// <summary>Lets a request pass whose caller holds what its address needs. An address without a rule is closed.</summary>
internal sealed class AccessGuard(Authenticator authenticator, PeerGuard peers, FrontDoor door, ILogger<AccessGuard> log)
{
    private static readonly Problem NotHere = new(404, "Not found", "No such address on the nodes' own port.");

    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        // Without an endpoint it is a 404; one that is no route is the router's own, and only says 405 or 415.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            SecurityLog.NoRule(log, endpoint.RoutePattern.RawText ?? "");
            return Refusals.WriteNoRule(context);
        }

        switch (rule.Access)
        {
            case Access.Open:
                return next(context);
            case Access.Peer:
                return peers.Check(context) is { } refused ? refused.Write(context) : Pass(context, Caller.Node, next);
            case var _ when door.IsNodes(context):
                // Without TLS and for nodes alone: keys have no business there.
                return !rule.OrPeer ? NotHere.Write(context)
                    : peers.CheckNode(context) is { } stranger ? stranger.Write(context)
                    : Pass(context, Caller.Node, next);
            default:
                var verdict = authenticator.Check(context);
                return verdict.IsCompletedSuccessfully ? Decide(context, rule.Access, verdict.Result, next) : Wait(context, rule.Access, verdict, next);
        }
    }

    private static async Task Wait(HttpContext context, Access access, ValueTask<Verdict> verdict, RequestDelegate next) =>
        await Decide(context, access, await verdict, next);

    private static Task Decide(HttpContext context, Access access, Verdict verdict, RequestDelegate next) =>
        verdict.Caller is not { } caller ? Refusals.Write(context, verdict.Refusal, verdict.Fault)
        : caller.Holds(access) ? Pass(context, caller, next)
        : Refusals.WriteForbidden(context, access);

    private static Task Pass(HttpContext context, Caller caller, RequestDelegate next)
    {
        context.Features.Set(caller);
        return next(context);
    }
}
