using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>Reads the key set from where the settings say: by discovery, at its own address, or from a file.</summary>
internal class KeySetReader(JwtOptions options) : IDisposable
{
    private const string Discovery = "/.well-known/openid-configuration";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null })
    {
        // A request may be waiting for it.
        Timeout = TimeSpan.FromSeconds(2),
        // Key sets have a few kB.
        MaxResponseContentBufferSize = 1 << 20,
    };

    public string Place => options.JwksFile.Length > 0 ? options.JwksFile
        : options.JwksUrl.Length > 0 ? options.JwksUrl
        : options.Authority.TrimEnd('/') + Discovery;

    /// <exception cref="Exception">It cannot be read, or is none: of many kinds, as the library has them.</exception>
    public virtual async Task<KeySet> Read(CancellationToken cancellation)
    {
        if (options.JwksFile.Length > 0)
        {
            return KeySet.Of(new JsonWebKeySet(await File.ReadAllTextAsync(options.JwksFile, cancellation)));
        }

        // Of the key set's address too, which the discovery document names.
        var web = new HttpDocumentRetriever(_http) { RequireHttps = Place.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase) };
        if (options.JwksUrl.Length > 0)
        {
            return KeySet.Of(new JsonWebKeySet(await web.GetDocumentAsync(options.JwksUrl, cancellation)));
        }

        var found = await OpenIdConnectConfigurationRetriever.GetAsync(Place, web, cancellation);
        return found.JsonWebKeySet is { } set ? KeySet.Of(set, found.Issuer) : throw new FormatException("expected jwks_uri in it");
    }

    public void Dispose() => _http.Dispose();
}
