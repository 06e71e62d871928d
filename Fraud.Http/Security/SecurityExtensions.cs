using Fraud.Http.Routing;
using Fraud.Http.Security.Jwt;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security;

/// <summary>Registers who may come in, and puts the guard before the addresses.</summary>
internal static class SecurityExtensions
{
    public static IServiceCollection AddSecurity(
        this IServiceCollection services, IConfiguration configuration, IReadOnlyList<string> urls, PeerListener peers)
    {
        services.AddSettings<SecurityOptions>(configuration, SecurityOptions.Section);
        services.AddSingleton(new FrontDoor(urls, peers));
        services.AddSingleton(static provider => provider.GetRequiredService<SecurityOptions>().Jwt);
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<JwkSource>();
        services.AddSingleton<JwtValidator>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<AccessGuard>();
        services.AddHostedService<KeyRefresh>();
        services.AddHostedService(static provider => provider.GetRequiredService<JwkSource>());
        return services;
    }

    /// <summary>After routing, which says what is asked for, and before anything that answers.</summary>
    public static void UseAccess(this WebApplication application)
    {
        // Not before the first request: a wrong setting is to be told at start, with all others.
        var guard = new Lazy<AccessGuard>(application.Services.GetRequiredService<AccessGuard>);
        application.Use(next => context => guard.Value.Invoke(context, next));
    }

    /// <summary>Says at start which addresses are closed because nobody said whose they are.</summary>
    public static void ReportUnruled(this WebApplication application)
    {
        var log = application.Services.GetRequiredService<ILogger<AccessGuard>>();
        foreach (var endpoint in ((IEndpointRouteBuilder)application).DataSources
            .SelectMany(static source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<AccessRule>() is null))
        {
            SecurityLog.NoRule(log, endpoint.RoutePattern.RawText ?? "");
        }
    }
}
