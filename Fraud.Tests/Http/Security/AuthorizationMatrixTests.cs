using System.Net;
using System.Net.Http.Headers;
using Fraud.Http;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>Every address that the service has, with every kind of credential. A new address is in it by itself.</summary>
public sealed class AuthorizationMatrixTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    public static TheoryData<string> Credentials => [.. Credential.Names];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task EveryAddress_ByCredential_IsOpenToThoseWhoMay(string name) => Assert.Empty(await AuthorizationMatrix.Mistakes(secured, name));

    [Fact]
    public void EveryAddress_SaysWhoMayUseIt()
    {
        var calls = AuthorizationMatrix.Calls(secured.Server.Services);

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
            foreach (var path in new[] { Unruly.Path, Unruly.WithoutPolicy })
            {
                using var response = await server.Client.GetAsync(path);

                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            }

            Assert.Equal([Unruly.Path, Unruly.WithoutPolicy], Unruled(AuthorizationMatrix.Calls(server.Services)));
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

    [Fact]
    public async Task NoAddress_WithoutKey_IsStill404()
    {
        using var response = await secured.Server.Client.GetAsync("/no/such/address");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task PlainPolicy_OfTheFramework_HoldsLikeOurs()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await Plain(null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Plain(await secured.Key(Scopes.Analyst))).StatusCode);
        using var refused = await Plain(await secured.Key(Scopes.Score));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("scope analyst", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_Refused_EndsWithAStatusOfItsOwn()
    {
        Assert.Equal("16", await GrpcStatus(null));
        Assert.Equal("16", await GrpcStatus(KeyText.Create().Text));
        Assert.Equal("7", await GrpcStatus(await secured.Key(Scopes.Score)));
        Assert.Null(await GrpcStatus(await secured.Key(Scopes.Analyst)));
    }

    private async Task<string?> GrpcStatus(string? key)
    {
        using var response = await Plain(key, "application/grpc+proto");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.TryGetValues("grpc-status", out var status) ? Assert.Single(status) : null;
    }

    private async Task<HttpResponseMessage> Plain(string? key, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, PlainPolicies.Analyst) { Content = new StringContent("", new MediaTypeHeaderValue(contentType)) };
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        return await secured.Server.Client.SendAsync(request);
    }

    private static IEnumerable<string?> Unruled(IEnumerable<(RouteEndpoint Endpoint, string Method)> calls) => calls
        .Where(static call => call.Endpoint.Metadata.GetMetadata<IAuthorizeData>() is not { Policy: not null })
        .Select(static call => call.Endpoint.RoutePattern.RawText);

    private sealed class Unruly : IEndpoints
    {
        public const string Path = "/unruly";

        public const string WithoutPolicy = "/unruly/default";

        public void Map(IEndpointRouteBuilder routes)
        {
            RequestDelegate tell = static context => context.Response.WriteAsync("secret");
            routes.MapGet(Path, tell);
            routes.MapGet(WithoutPolicy, tell).RequireAuthorization();
        }
    }
}

/// <summary>The same for tokens where a secret is shared.</summary>
public sealed class SharedSecretMatrixTests(SharedSecretServer secured) : IClassFixture<SharedSecretServer>
{
    public static TheoryData<string> Credentials => [.. Credential.SecretNames];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task EveryAddress_ByCredential_IsOpenToThoseWhoMay(string name) => Assert.Empty(await AuthorizationMatrix.Mistakes(secured, name));
}
