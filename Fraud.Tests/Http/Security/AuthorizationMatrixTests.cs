using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Fraud.Http;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>Every address that the service has, with every kind of credential. A new address is in it by itself.</summary>
public sealed class AuthorizationMatrixTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    private static readonly Regex Parameter = new(@"\{[^}]*\}", RegexOptions.NonBacktracking);

    public static TheoryData<string> Credentials => [.. Credential.Names];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task EveryAddress_ByCredential_IsOpenToThoseWhoMay(string name)
    {
        var credential = await Credential.Make(name, secured);
        var wrong = new List<string>();
        foreach (var (endpoint, method) in Calls(secured.Server.Services))
        {
            if (await Check(endpoint, method, credential) is { } mistake)
            {
                wrong.Add($"{method} {endpoint.RoutePattern.RawText}: {mistake}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryAddress_SaysWhoMayUseIt()
    {
        var calls = Calls(secured.Server.Services);

        Assert.Contains(calls, static call => call.Endpoint.RoutePattern.RawText == "/predict");
        Assert.Empty(Unruled(calls));
    }

    [Fact]
    public async Task AddressWithoutRule_IsClosedAndFound()
    {
        var server = new ServerFixture([], static services => services.AddSingleton<IEndpoints, Unruly>());
        await server.InitializeAsync();
        try
        {
            // Even where nobody needs a key.
            using var response = await server.Client.GetAsync(Unruly.Path);

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal([Unruly.Path], Unruled(Calls(server.Services)));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task WrongMethod_WithoutKey_IsStill405()
    {
        using var response = await secured.Server.Client.GetAsync("/predict");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private static IEnumerable<string?> Unruled(IEnumerable<(RouteEndpoint Endpoint, string Method)> calls) => calls
        .Where(static call => call.Endpoint.Metadata.GetMetadata<AccessRule>() is null)
        .Select(static call => call.Endpoint.RoutePattern.RawText);

    private static List<(RouteEndpoint Endpoint, string Method)> Calls(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .SelectMany(static endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => (endpoint, method))),
    ];

    private async Task<string?> Check(RouteEndpoint endpoint, string method, Credential credential)
    {
        if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            return "expected .Needs(...)";
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), Parameter.Replace(endpoint.RoutePattern.RawText!, "1"));
        if (method is not ("GET" or "HEAD" or "OPTIONS"))
        {
            // What no address takes: only the guard is to be seen, and nothing is to be done.
            request.Content = new StringContent("?", Encoding.UTF8, "application/x-nothing");
        }

        credential.AddTo(request);
        // The head tells enough; a stream has no end.
        using var response = await secured.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // The inference protocol and MLflow have dialects of their own.
        var path = endpoint.RoutePattern.RawText!;
        var isDialect = path.StartsWith("/v2", StringComparison.Ordinal) || path.StartsWith("/api/2.0/mlflow", StringComparison.Ordinal);
        var isProblem = response.Content.Headers.ContentType?.MediaType == (isDialect ? "application/json" : "application/problem+json");
        var challenges = response.Headers.WwwAuthenticate.Count;
        var status = (int)response.StatusCode;
        return (rule.Access, credential.Worth) switch
        {
            (Access.Peer, _) => status == 404 ? null : $"expected 404 at the front door, and got {status}",
            (Access.Open, _) => challenges == 0 ? null : $"expected to be open, and got {status}",
            (_, null) => status == 401 && isProblem && challenges > 0 ? null : $"expected 401 with a challenge and a problem, and got {status}",
            (_, { } scopes) when new Caller(CallerKind.Key, "", scopes, null).Holds(rule.Access) =>
                challenges == 0 && status is not (401 or 403) ? null : $"expected to be let in, and got {status}",
            _ => status == 403 && isProblem && challenges > 0 ? null : $"expected 403 with a challenge and a problem, and got {status}",
        };
    }

    private sealed class Unruly : IEndpoints
    {
        public const string Path = "/unruly";

        public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, (RequestDelegate)(static context => context.Response.WriteAsync("secret")));
    }
}
