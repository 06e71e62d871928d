using Fraud.Http.Security.Jwt;
using Fraud.Http.Security.Oidc;
using Fraud.Http.Security.SignIns;
using Fraud.Stream;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security;

/// <summary>Registers who may come in, and how that is found out.</summary>
internal static class SecurityExtensions
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration configuration, FrontDoor door)
    {
        services.AddSettings<SecurityOptions>(configuration, SecurityOptions.Section);
        services.AddSingleton(door);
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<SchemeSelector>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<KnownCallers>();
        services.AddHostedService<KeyRefresh>();
        services.AddSingleton<FailedSignIns>();
        services.AddHostedService<SignInReport>();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Schemes.ApiKey, configureOptions: null)
            .AddJwtBearer(Schemes.Bearer);
        services.AddOptions<AuthenticationSchemeOptions>(Schemes.ApiKey)
            .Configure<SchemeSelector>(static (scheme, selector) => scheme.ForwardDefaultSelector = selector.Choose);
        AddTokens(services);
        if (configuration[$"{SecurityOptions.Section}:{nameof(SecurityOptions.Oidc)}:{nameof(OidcOptions.Authority)}"] is { Length: > 0 })
        {
            services.AddOidc();
        }

        AddAuthorization(services);
        DropKeyRing(services);
        // The base class tells of every refused request.
        return services.AddLogging(static log => log.AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning));
    }

    /// <summary>After routing, which says what is asked for, and before anything that answers.</summary>
    public static void UseAccess(this WebApplication application)
    {
        var known = application.Services.GetRequiredService<KnownCallers>();
        application.UseWhen(context => !known.Admit(context), static others => others.UseAuthentication().UseAuthorization());
        // Else the host puts both in front of every request, since it does not look into branches.
        IApplicationBuilder builder = application;
        builder.Properties["__AuthenticationMiddlewareSet"] = true;
        builder.Properties["__AuthorizationMiddlewareSet"] = true;
    }

    /// <summary>Says at start which addresses are closed because they name no policy.</summary>
    public static void ReportUnruled(this WebApplication application)
    {
        var log = application.Services.GetRequiredService<ILogger<AccessRule>>();
        foreach (var endpoint in ((IEndpointRouteBuilder)application).DataSources
            .SelectMany(static source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is not { Policy: not null }))
        {
            SecurityLog.NoRule(log, endpoint.RoutePattern.RawText ?? "");
        }
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.AddAuthorization(AccessPolicies.Define);
        // An endpoint with a policy would look for the mark that UseAuthorization leaves, and known callers do not pass there.
        services.Configure<RouteOptions>(static routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessResult>();
    }

    private static void AddTokens(IServiceCollection services)
    {
        services.AddSingleton(static provider => provider.GetRequiredService<SecurityOptions>().Jwt);
        services.AddSingleton<KeySetReader>();
        services.AddSingleton<SigningKeys>();
        services.AddHostedService(static provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton<TokenRules>();
        services.AddSingleton<BearerTokenHandler>();
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<TokenEvents>();
        services.AddOptions<JwtBearerOptions>(Schemes.Bearer).Configure<TokenRules, BearerTokenHandler, TokenEvents>(static (bearer, rules, handler, events) =>
        {
            bearer.TokenValidationParameters = rules.Parameters();
            bearer.TokenHandlers.Clear();
            bearer.TokenHandlers.Add(handler);
            bearer.Events = events;
            bearer.SaveToken = false;
        });
    }

    /// <summary>
    /// AddAuthentication brings a key ring for cookies, which is written to the home folder at start. Sessions have keys of their own.
    /// </summary>
    private static void DropKeyRing(IServiceCollection services)
    {
        foreach (var started in services.Where(static service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(DataProtectionOptions).Assembly).ToArray())
        {
            services.Remove(started);
        }
    }
}
