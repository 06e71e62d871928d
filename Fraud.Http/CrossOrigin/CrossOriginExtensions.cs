using Fraud.Http.Edge;
using Fraud.Http.Idempotency;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.CrossOrigin;

/// <summary>Registers CORS, and uses it where origins are configured.</summary>
internal static class CrossOriginExtensions
{
    private static readonly string[] Taken = ["GET", "POST", "PUT", "DELETE"];

    // What a page may read of an answer beside its body.
    private static readonly string[] Exposed =
    [
        "ETag", "Location", "Retry-After", AnswerHeaders.RequestId, RateHeaders.Policy, RateHeaders.Limit,
        RateHeaders.OldLimit, RateHeaders.OldRemaining, RateHeaders.OldReset, IdempotencyGate.Replayed, RoutingHeaders.Node,
    ];

    public static void AddCrossOrigin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<CrossOriginOptions>(configuration, CrossOriginOptions.Section);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<CrossOriginOptions>(static (cors, options) =>
            cors.AddDefaultPolicy(policy => Fill(policy, options)));
    }

    /// <summary>Behind routing, before anything that asks who the caller is: a browser's preflight brings no key.</summary>
    public static void UseCrossOrigin(this WebApplication application)
    {
        if (application.Services.GetRequiredService<CrossOriginOptions>().IsOn)
        {
            application.UseCors();
        }
    }

    private static void Fill(CorsPolicyBuilder policy, CrossOriginOptions options)
    {
        if (options.Origins.Contains("*"))
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            policy.WithOrigins([.. options.Origins]);
        }

        // Which headers a request needs is its endpoint's business; none of ours is dangerous by itself.
        policy.AllowAnyHeader().WithMethods(options.Methods.Count == 0 ? Taken : [.. options.Methods]).WithExposedHeaders(Exposed).SetPreflightMaxAge(options.MaxAge);
        if (options.AllowCredentials)
        {
            policy.AllowCredentials();
        }
    }
}
