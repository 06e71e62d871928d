using Fraud.Http.Security.Jwt;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>
/// Lets a request pass whose caller is known without waiting and holds what the address asks for. All others are the
/// framework's to judge, which can wait for keys, check signatures and write refusals.
/// </summary>
/// <remarks>
/// The framework makes a scope of services, a handler, a ticket and four tasks for each request: 2,000 B and as much time as
/// reading the payment does (<c>fraud bench http</c>; docs/security.md, "What it costs").
/// </remarks>
internal sealed class KnownCallers(ApiKeys keys, KnownTokens tokens, SchemeSelector selector)
{
    public bool Admit(HttpContext context)
    {
        // Whatever else an endpoint may ask for is not known here.
        if (context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() is not [AccessRule rule])
        {
            return false;
        }

        if (rule.Access is Access.Metrics && MetricsDoor.IsAt(context))
        {
            return true;
        }

        if (Find(context) is not { } caller || !caller.Holds(rule.Access))
        {
            return false;
        }

        context.User = caller.Principal;
        return true;
    }

    private Caller? Find(HttpContext context) => selector.Choose(context) switch
    {
        null => keys.TryJudge(context, out var judged) && judged.Result.Principal is { } caller ? Caller.Proved(caller) : null,
        Schemes.Bearer => tokens.Find(context),
        _ => null,
    };
}
