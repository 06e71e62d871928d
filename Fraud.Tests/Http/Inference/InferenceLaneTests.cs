using Fraud.Http.Inference;
using Fraud.Stream.Scoring;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Inference;

/// <summary>The bound and the deadline of inference calls.</summary>
public sealed class InferenceLaneTests : IDisposable
{
    private static readonly ScoringOptions Scoring = new() { Model = Path.Combine(Repository.Root, "models", "payments") };

    private readonly FakeTimeProvider _time = new();
    private readonly ModelHolder _serving;
    private readonly ModelRepository _models;

    public InferenceLaneTests()
    {
        var directory = new ModelDirectory(Scoring);
        _serving = new ModelHolder(directory.Load(directory.Newest()));
        _models = new ModelRepository(new RepositoryFolder(new InferenceOptions(), Scoring, TimeProvider.System), directory, _serving, new InferenceOptions());
    }

    public void Dispose()
    {
        _models.Dispose();
        _serving.Dispose();
    }

    [Fact]
    public async Task Post_LaneFull_Returns503WithRetryAfterAndThenServes()
    {
        var server = new ServerFixture(new Dictionary<string, string?> { ["Inference:QueueCapacity"] = "1" });
        await server.InitializeAsync();
        try
        {
            var client = new InferenceClient(server.Client);
            var request = InferenceClient.Request(1, InferenceClient.GoldenRows(1));
            var taken = server.Services.GetRequiredService<InferenceLane>().TryEnter()!;

            using var refused = await server.Post("/v2/models/payments/infer", request);
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.StartsWith("""{"error":""", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            // Payments have a gate of their own.
            using var payment = await server.Post("/predict", """{"amount":5}""");
            Assert.Equal(200, (int)payment.StatusCode);

            taken.Release();
            Assert.Equal(200, (await client.Post("/v2/models/payments/infer", request)).Status);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public void TryEnter_AllPlacesTaken_RefusesUntilOneIsGivenBack()
    {
        using var lane = Lane(new InferenceOptions { QueueCapacity = 2 });
        var first = lane.TryEnter();
        var second = lane.TryEnter();

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(lane.TryEnter());
        Assert.Equal(2, lane.InFlight);
        first.Release();
        Assert.NotNull(lane.TryEnter());
    }

    [Fact]
    public async Task Score_DeadlinePassedWhileWaiting_IsNotScored()
    {
        using var lane = Lane(new InferenceOptions { Deadline = TimeSpan.FromSeconds(30) });
        var call = Call(lane);
        var waiting = lane.Score(call, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(31));

        await lane.StartAsync(CancellationToken.None);

        Assert.Equal(InferenceOutcome.Late, await waiting);
        var totals = _models.StatisticsOf(_serving.Current).Read();
        Assert.Equal(0, totals.Calls);
        Assert.Equal(1, totals.Phases[(int)ModelStatistics.Phase.Fail].Count);
        call.Release();
        await lane.StopAsync(CancellationToken.None);
        Assert.Equal(0, lane.InFlight);
    }

    [Fact]
    public async Task Score_NotTakenInTime_EndsAtTheDeadline()
    {
        using var lane = Lane(new InferenceOptions { Deadline = TimeSpan.FromMilliseconds(20) });
        var call = Call(lane);
        var waiting = lane.Score(call, CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(InferenceOutcome.Late, await waiting);
        call.Release();
        // The place is free only when the thread has let go too: what is queued stays bounded.
        Assert.Equal(1, lane.InFlight);

        await lane.StartAsync(CancellationToken.None);
        await lane.StopAsync(CancellationToken.None);
        Assert.Equal(0, lane.InFlight);
        Assert.Equal(0, _models.StatisticsOf(_serving.Current).Read().Calls);
    }

    [Fact]
    public async Task Score_CallerLeaves_IsNotScored()
    {
        using var lane = Lane(new InferenceOptions { Deadline = TimeSpan.FromSeconds(30) });
        using var caller = new CancellationTokenSource();
        var call = Call(lane);
        var waiting = lane.Score(call, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        call.Release();
        await lane.StartAsync(CancellationToken.None);
        await lane.StopAsync(CancellationToken.None);
        Assert.Equal(0, _models.StatisticsOf(_serving.Current).Read().Calls);
    }

    [Fact]
    public async Task Stop_CallsWaiting_ScoresThemAndTakesNoMore()
    {
        using var lane = Lane(new InferenceOptions { Deadline = TimeSpan.FromSeconds(30) });
        var calls = Enumerable.Range(0, 5).Select(_ => Call(lane)).ToList();
        var waiting = calls.ConvertAll(call => lane.Score(call, CancellationToken.None));

        await lane.StartAsync(CancellationToken.None);
        await lane.StopAsync(CancellationToken.None);

        Assert.All(await Task.WhenAll(waiting), static outcome => Assert.Equal(InferenceOutcome.Scored, outcome));
        Assert.False(lane.IsOpen);
        var late = Call(lane);
        Assert.Equal(InferenceOutcome.Late, await lane.Score(late, CancellationToken.None));
        late.Release();
        calls.ForEach(static call => call.Release());
        Assert.Equal(0, lane.InFlight);
    }

    private InferenceCall Call(InferenceLane lane)
    {
        var call = lane.TryEnter()!;
        call.Model = _serving.Acquire();
        call.Rows = 1;
        call.Reserve(InferenceClient.Features);
        return call;
    }

    private InferenceLane Lane(InferenceOptions options) => new(options, _models, _time, NullLogger<InferenceLane>.Instance);
}
