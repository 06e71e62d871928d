using System.Net;
using Fraud.Http.Security;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>Who passes without the framework's judgement, and above all who does not.</summary>
public sealed class KnownCallersTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    private KnownCallers Known => secured.Server.Services.GetRequiredService<KnownCallers>();

    [Fact]
    public async Task Admit_KeyWithTheScope_PassesAsItsCaller()
    {
        var context = Request(await secured.Key(Scopes.Score), new AccessRule(Access.Score));

        Assert.True(Known.Admit(context));
        Assert.Equal(CallerKind.Key, Caller.Of(context).Kind);
    }

    [Fact]
    public async Task Admit_KeyThatMayNot_IsLeftToTheFramework()
    {
        var score = await secured.Key(Scopes.Score);

        Assert.All(
            new[]
            {
                Request(score, new AccessRule(Access.Admin)),
                Request(score),
                Request("fraud_unknown", new AccessRule(Access.Score)),
                Request(null, new AccessRule(Access.Score)),
                Request(await secured.Key(Scopes.Score, TimeSpan.FromMinutes(-1)), new AccessRule(Access.Score)),
            },
            context => Assert.False(Known.Admit(context)));
    }

    [Fact]
    public async Task Admit_EndpointThatAsksForMore_IsLeftToTheFramework()
    {
        var all = await secured.Key(Scopes.All);

        Assert.False(Known.Admit(Request(all, new AccessRule(Access.Score), new AuthorizeAttribute("admin"))));
        Assert.False(Known.Admit(Request(all, new AuthorizeAttribute("score"))));
        Assert.False(Known.Admit(new DefaultHttpContext { Request = { Headers = { ["X-API-Key"] = all } } }));
    }

    [Fact]
    public async Task Admit_KeyBesideAToken_IsLeftToTheFramework()
    {
        var context = Request(await secured.Key(Scopes.Score), new AccessRule(Access.Score));
        context.Request.Headers.Authorization = "Bearer " + secured.Tokens.Rs256(TokenMaker.Claims("score"));

        Assert.False(Known.Admit(context));
    }

    [Fact]
    public async Task Admit_Token_PassesOnceItWasFoundGood()
    {
        var context = Request(null, new AccessRule(Access.Score));
        var token = secured.Tokens.Rs256(TokenMaker.Claims("score"));
        context.Request.Headers.Authorization = "Bearer " + token;
        Assert.False(Known.Admit(context));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/model/info") { Headers = { Authorization = new("Bearer", token) } };
        using var answer = await secured.Server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.True(Known.Admit(context));
        Assert.Equal(CallerKind.Token, Caller.Of(context).Kind);
    }

    private static DefaultHttpContext Request(string? key, params object[] asked)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback, LocalPort = 1 } };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(asked), null));
        if (key is not null)
        {
            context.Request.Headers["X-API-Key"] = key;
        }

        return context;
    }
}
