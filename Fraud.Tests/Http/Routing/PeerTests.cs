using System.Diagnostics;
using System.Net;
using Fraud.Http.Routing;
using Fraud.Model.Snapshots;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Routing;

/// <summary>Who may send payments between nodes, and how many.</summary>
public sealed class PeerTests
{
    private static readonly byte[] Nothing = EmptyRequest();

    [Theory]
    [InlineData("right", "1", "other", HttpStatusCode.OK)]
    [InlineData(null, "1", "other", HttpStatusCode.Unauthorized)]
    [InlineData("wrong", "1", "other", HttpStatusCode.Forbidden)]
    [InlineData("right!", "1", "other", HttpStatusCode.Forbidden)]
    [InlineData("right", "2", "other", HttpStatusCode.LoopDetected)]
    [InlineData("right", null, "other", HttpStatusCode.LoopDetected)]
    [InlineData("right", "1", null, HttpStatusCode.LoopDetected)]
    [InlineData("right", "1", "SELF", HttpStatusCode.LoopDetected)]
    public async Task Score_ByHeaders_OnlyANodeOfTheClusterIsHeard(string? secret, string? hops, string? origin, HttpStatusCode expected)
    {
        await using var node = await RoutingNode.Start("guarded", ("Cluster:Secret", "right"));
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = Request(node.Identity.Address, Nothing, secret, hops, origin == "SELF" ? node.Identity.Name : origin);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var response = await client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Score_AtTheFrontDoor_IsNotThere()
    {
        await using var node = await RoutingNode.Start("door");
        using var request = Request(node.Client.BaseAddress!.ToString(), Nothing, null, "1", "other");

        using var response = await node.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Score_DamagedBody_Is400()
    {
        await using var node = await RoutingNode.Start("damaged");
        using var client = new HttpClient();
        using var request = Request(node.Identity.Address, [.. Nothing, 7], null, "1", "other");
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Predict_OwnerHasAnotherSecret_Is503()
    {
        await using var entry = await RoutingNode.Start("entry", ("Cluster:Secret", "one"));
        await using var owner = await RoutingNode.Start("owner", ("Cluster:Secret", "two"));
        entry.Know(owner, Enumerable.Range(0, entry.Map.Shards));

        using var response = await entry.Predict(RoutingNode.Body("secret", "secret"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("refuses", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_MoreThanMayWaitForANode_IsRefusedAtOnce()
    {
        await using var silent = new BrokenNode(breaksOff: false);
        await using var entry = await RoutingNode.Start(
            "bounded", ("Routing:RequestsInFlight", "1"), ("Routing:QueueCapacity", "1"), ("Overload:Deadline", "00:00:03"));
        entry.Know(silent.Address, Enumerable.Range(0, entry.Map.Shards));
        // One is on its way, one waits to be sent.
        var stuck = new List<Task<HttpResponseMessage>> { entry.Predict(RoutingNode.Body("first", "bounded")) };
        await silent.Asked;
        stuck.Add(entry.Predict(RoutingNode.Body("second", "bounded")));
        await Poll.Until(() => entry.Services.GetRequiredService<RemoteNodes>().Waiting == 1);
        var started = Stopwatch.GetTimestamp();

        using var batch = await entry.Batch([RoutingNode.Body("third", "bounded"), RoutingNode.Body("fourth", "bounded")]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, batch.StatusCode);
        Assert.Contains("More payments wait", await batch.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        foreach (var response in await Task.WhenAll(stuck))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Predict_MoreThanMayWaitForAnOwner_IsRefusedAtOnce()
    {
        await using var entry = await RoutingNode.Start("impatient", ("Routing:MaxOwnerWaits", "0"), ("Cluster:OwnerWait", "00:00:30"), ("Overload:Deadline", "00:00:30"));
        entry.Abandon(Enumerable.Range(0, entry.Map.Shards));
        var started = Stopwatch.GetTimestamp();

        using var response = await entry.Predict(RoutingNode.Body("impatient", "impatient"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Predict_MoreNodesThanMayBeConnected_ClosesOne()
    {
        await using var first = await RoutingNode.Start("first");
        await using var second = await RoutingNode.Start("second");
        await using var entry = await RoutingNode.Start("narrow", ("Routing:MaxNodes", "1"));
        for (var i = 0; i < 4; i++)
        {
            var owner = i % 2 == 0 ? first : second;
            entry.Know(owner, Enumerable.Range(0, entry.Map.Shards));

            using var response = await entry.Predict(RoutingNode.Body($"narrow-{i}", "narrow"));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(owner.Identity.Name, response.Headers.GetValues("X-Fraud-Node").Single());
            Assert.Equal(1, entry.Services.GetRequiredService<RemoteNodes>().Count);
        }
    }

    private static HttpRequestMessage Request(string address, byte[] body, string? secret, string? hops, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(address), ForwardEndpoint.Path)) { Content = new ByteArrayContent(body) };
        Add("X-Fraud-Secret", secret);
        Add("X-Fraud-Hops", hops);
        Add("X-Fraud-Origin", origin);
        return request;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }
    }

    private static byte[] EmptyRequest()
    {
        var writer = new StateWriter();
        return ForwardCodec.EncodeRequest(writer, [], TimeProvider.System);
    }
}
