using System.Net;
using Fraud.Stream.Overload;
using Fraud.Stream.State;
using Fraud.Tests.Http.Routing;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Deadlines;

/// <summary>A caller's time goes along to the node that serves the payment's shard.</summary>
public sealed class DeadlineClusterTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    [Fact]
    public async Task Predict_PassesInTheOwnersLane_Is504AndDroppedThere()
    {
        nodes.A.Know(nodes.B, nodes.All);
        nodes.B.Serve(nodes.All);
        var gate = nodes.B.Services.GetRequiredService<AdmissionGate>();
        using var release = new ManualResetEventSlim();
        Lanes.Hold(nodes.B.Services, release);

        var begun = TimeProvider.System.GetTimestamp();
        long started;
        do
        {
            // One that does not reach the owner in its time, on a busy machine, cannot be dropped there.
            started = TimeProvider.System.GetTimestamp();
            using var response = await Predict("2");
            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        }
        while (gate.InFlight == 0 && TimeProvider.System.GetElapsedTime(begun) < Poll.Deadline);

        Assert.Equal(0, gate.Expired);
        // The owner answers a little before the time is over, so that its answer is back in time.
        await Poll.Until(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(2.1));
        release.Set();
        // A second attempt may have followed a second of silence.
        await Poll.Until(() => gate.Expired >= 1 && gate.InFlight == 0);
    }

    [Fact]
    public async Task Predict_NobodyServesTheShard_IsAnsweredWithinTheCallersTime()
    {
        nodes.A.Abandon(nodes.All);
        var started = TimeProvider.System.GetTimestamp();

        using var response = await Predict("0.1");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TwoNodes.OwnerWait);
    }

    private async Task<HttpResponseMessage> Predict(string seconds)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict")
        {
            Content = new StringContent("""{"card_id":"deadline-card","amount":1}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Request-Timeout", seconds);
        return await nodes.A.Client.SendAsync(request);
    }
}
