using Fraud.Http.Security.Jwt;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Fraud.Http.Security.Oidc;

/// <summary>Registers sign-in by an identity provider: ASP.NET's own handlers, authorization code flow with PKCE.</summary>
internal static class OidcExtensions
{
    /// <summary>Where people come back to.</summary>
    public const string Page = "/review";

    public const string CallbackPath = Page + "/signed-in";

    public const string Cookie = "fraud-session";

    // A provider that is up answers in milliseconds; a person waits for it.
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddOidc(this IServiceCollection services)
    {
        services.AddSingleton<SessionEvents>();
        services.AddSingleton<ProviderEvents>();
        services.AddAuthentication().AddCookie(Schemes.Session).AddOpenIdConnect(Schemes.Provider, static _ => { });
        services.AddOptions<CookieAuthenticationOptions>(Schemes.Session).Configure<SecurityOptions, FrontDoor, SessionEvents>(Session);
        services.AddOptions<OpenIdConnectOptions>(Schemes.Provider).Configure<SecurityOptions, FrontDoor, ProviderEvents>(Provider);
        services.AddSingleton<IDataProtectionProvider>(static provider => provider.GetRequiredService<SecurityOptions>().Oidc.SessionKey is { Length: > 0 } key
            ? new SessionCipher(Convert.FromBase64String(key))
            : new EphemeralDataProtectionProvider());
        return services;
    }

    private static void Session(CookieAuthenticationOptions session, SecurityOptions options, FrontDoor door, SessionEvents events)
    {
        Guard(session.Cookie, door, SameSiteMode.Strict);
        session.Cookie.Name = Cookie;
        session.ExpireTimeSpan = options.Oidc.SessionLifetime;
        session.SlidingExpiration = false;
        session.Events = events;
    }

    private static void Provider(OpenIdConnectOptions provider, SecurityOptions options, FrontDoor door, ProviderEvents events)
    {
        var oidc = options.Oidc;
        provider.Authority = oidc.Authority;
        provider.RequireHttpsMetadata = oidc.RequireHttpsMetadata && !new Uri(oidc.Authority).IsLoopback;
        provider.ClientId = oidc.ClientId;
        provider.ClientSecret = oidc.ClientSecret.Length == 0 ? null : oidc.ClientSecret;
        provider.ResponseType = OpenIdConnectResponseType.Code;
        provider.ResponseMode = OpenIdConnectResponseMode.Query;
        provider.UsePkce = true;
        provider.Scope.Clear();
        foreach (var scope in oidc.RequestScopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            provider.Scope.Add(scope);
        }

        provider.CallbackPath = CallbackPath;
        // No other site signs people out here.
        provider.RemoteSignOutPath = PathString.Empty;
        provider.SignedOutCallbackPath = PathString.Empty;
        provider.SignInScheme = Schemes.Session;
        provider.MapInboundClaims = false;
        provider.SaveTokens = false;
        provider.BackchannelTimeout = ProviderTimeout;
        provider.TokenValidationParameters.ValidAlgorithms = JwtAlgorithms.Public;
        // They come back with the provider's redirect, which is another site's.
        Guard(provider.CorrelationCookie, door, SameSiteMode.Lax);
        Guard(provider.NonceCookie, door, SameSiteMode.Lax);
        provider.Events = events;
    }

    private static void Guard(CookieBuilder cookie, FrontDoor door, SameSiteMode sites)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = sites;
        cookie.IsEssential = true;
        // On loopback there may be no TLS; elsewhere the cookie would be anyone's on the way.
        cookie.SecurePolicy = door.IsLoopbackOnly ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
    }
}
