using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Security;

/// <summary>The whole service with an identity provider that it finds by discovery.</summary>
public sealed class OidcServer : IAsyncLifetime
{
    internal OidcIssuer Issuer { get; private set; } = null!;

    public ServerFixture Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Issuer = await OidcIssuer.Start();
        Server = new ServerFixture(new Dictionary<string, string?>
        {
            ["Security:Jwt:Authority"] = Issuer.Authority,
            ["Security:Jwt:Audience"] = TokenMaker.Audience,
        });
        await Server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}

public sealed class OidcTests(OidcServer server) : IClassFixture<OidcServer>
{
    private static readonly byte[] NoBytes = [];

    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    // As it is shipped.
    private static readonly TimeSpan MinRefresh = TimeSpan.FromSeconds(1);

    private readonly OidcIssuer _issuer = server.Issuer;

    [Fact]
    public async Task Token_OfEachFamily_IsTakenWithItsScope()
    {
        foreach (var algorithm in Algorithms)
        {
            Assert.Equal((algorithm, HttpStatusCode.OK), (algorithm, await Status(_issuer.Token("score", algorithm))));
            Assert.Equal((algorithm, HttpStatusCode.Forbidden), (algorithm, await Status(_issuer.Token("admin", algorithm))));
        }
    }

    [Fact]
    public async Task Token_Wrong_IsRefusedAndToldWhy()
    {
        var maker = _issuer.Keys;
        await Refused("the token has expired", maker.Rs256(With("exp", FromNow(-60))));
        await Refused("the token is not valid yet", maker.Rs256(With("nbf", FromNow(+300))));
        await Refused("expected another audience", maker.Rs256(With("aud", "other")));
        await Refused("expected another issuer", maker.Rs256(With("iss", _issuer.Authority + ".evil")));
        await Refused("expected a key id of the key set", maker.Rs256(With("aud", TokenMaker.Audience), "made-up"));
        await Refused("expected another signature", TokenMaker.Damage(_issuer.Token("score")));
        await Refused("expected an algorithm that is allowed here", TokenMaker.Make(new { alg = "none" }, With("aud", TokenMaker.Audience), static _ => NoBytes));
        await Refused(
            "expected an algorithm that is allowed here", TokenMaker.Hs256(With("aud", TokenMaker.Audience), maker.PublicRsa, maker.RsaId));
        await Refused("expected a signed token with exp", maker.Rs256(Without("exp")));
        await Refused("expected a signed token with exp", "one.two");
    }

    /// <summary>The provider changes keys and signs with each at once, while others send key ids that they made up.</summary>
    [Fact]
    public async Task Rotation_UnderLoadAndAttack_RefusesNoGoodTokenAndSparesTheProvider()
    {
        const int rotations = 4;
        using var over = new CancellationTokenSource();
        var (asked, started) = (_issuer.Asked, Stopwatch.GetTimestamp());
        var good = Enumerable.Range(0, 4).Select(worker => new Sender(
            this, () => _issuer.Token("score", worker % 2 == 0 ? "RS256" : "ES256"), over.Token)).ToArray();
        var attacks = Enumerable.Range(0, 4).Select(_ => new Sender(
            this, () => _issuer.Keys.Rs256(With("aud", TokenMaker.Audience), Guid.NewGuid().ToString()), over.Token)).ToArray();
        for (var rotation = 0; rotation < rotations; rotation++)
        {
            _issuer.Rotate();
            // Two answers later no token of the key before the last is on its way.
            var before = good.Select(static sender => sender.Sent).ToArray();
            await Poll.Until(() => good.Zip(before).All(static pair => pair.First.Sent >= pair.Second + 2));
        }

        await over.CancelAsync();
        await Task.WhenAll(good.Concat(attacks).Select(static sender => sender.Sending));

        Assert.All(good, static sender => Assert.Equal([HttpStatusCode.OK], sender.Answers));
        Assert.All(attacks, static sender => Assert.Equal([HttpStatusCode.Unauthorized], sender.Answers));
        // However many ask, no more than the pause between two lets through.
        Assert.InRange(_issuer.Asked - asked, rotations, 2 + (Stopwatch.GetElapsedTime(started) / MinRefresh));
    }

    [Fact]
    public async Task Provider_Away_LeavesKnownKeysGoodAndNewOnesUnanswered()
    {
        Assert.Equal(HttpStatusCode.OK, await Status(_issuer.Token("score")));
        _issuer.GoAway();
        Assert.Equal(HttpStatusCode.OK, await Status(_issuer.Token("score")));

        // Whether it is good cannot be said.
        _issuer.Rotate();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status(_issuer.Token("score")));

        _issuer.ComeBack();
        Assert.Equal(HttpStatusCode.OK, await Status(_issuer.Token("score")));
    }

    private async Task Refused(string reason, string token)
    {
        using var response = await Send(token);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(($"Authorization: {reason}.", "Unauthorized"), (problem.GetProperty("detail").GetString(), problem.GetProperty("title").GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains(response.Headers.WwwAuthenticate, header =>
            header.Scheme == "Bearer" && header.Parameter!.Contains($"error=\"invalid_token\", error_description=\"{reason}\"", StringComparison.Ordinal));
    }

    private async Task<HttpStatusCode> Status(string token)
    {
        using var response = await Send(token);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> Send(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/model/info");
        request.Headers.Authorization = new("Bearer", token);
        return await server.Server.Client.SendAsync(request);
    }

    private JsonObject With(string claim, JsonNode value)
    {
        var claims = TokenMaker.Claims("score analyst admin", _issuer.Authority);
        claims[claim] = value;
        return claims;
    }

    private JsonObject Without(string claim)
    {
        var claims = TokenMaker.Claims("score analyst admin", _issuer.Authority);
        claims.Remove(claim);
        return claims;
    }

    private static JsonNode FromNow(int seconds) => DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds();

    /// <summary>Sends one request after the other and keeps the kinds of answers.</summary>
    private sealed class Sender
    {
        private readonly ConcurrentDictionary<HttpStatusCode, bool> _answers = new();
        private int _sent;

        public Sender(OidcTests test, Func<string> token, CancellationToken over) => Sending = Send(test, token, over);

        public Task Sending { get; }

        public int Sent => Volatile.Read(ref _sent);

        public IEnumerable<HttpStatusCode> Answers => _answers.Keys;

        private async Task Send(OidcTests test, Func<string> token, CancellationToken over)
        {
            while (!over.IsCancellationRequested)
            {
                _answers[await test.Status(token())] = true;
                Interlocked.Increment(ref _sent);
            }
        }
    }
}
