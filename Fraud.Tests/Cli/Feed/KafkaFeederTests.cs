using System.Collections.Concurrent;
using System.Diagnostics;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;
using Fraud.Cli.Simulate;
using Fraud.Model;

namespace Fraud.Tests.Cli.Feed;

public sealed class KafkaFeederTests : IDisposable
{
    private readonly FeedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task SendAsync_NothingCommitted_HoldsBackAtTheLimit()
    {
        await using var feeder = await ConnectAsync(_broker.Options with { MaxInFlight = 50 });
        var sending = SendAsync(feeder, 200);

        await WaitUntilAsync(() => feeder.Totals.Accepted == 50);
        Assert.False(sending.IsCompleted);
        Assert.Equal(50, _broker.CommitAll("transactions"));
        await WaitUntilAsync(() => feeder.Totals.Accepted == 100);
        Assert.False(sending.IsCompleted);

        while (!sending.IsCompleted)
        {
            _broker.CommitAll("transactions");
            await Task.Yield();
        }

        await sending;
        Assert.Equal(200, feeder.Totals.Sent);
    }

    [Fact]
    public async Task SendAsync_BacklogBeforeTheFeed_CountsAgainstTheLimit()
    {
        _broker.Produce("transactions", 80);
        await using var feeder = await ConnectAsync(_broker.Options with { MaxInFlight = 100 });
        var sending = SendAsync(feeder, 40);

        await WaitUntilAsync(() => feeder.Totals.Accepted == 20);
        Assert.False(sending.IsCompleted);
        _broker.CommitAll("transactions");
        await sending;
    }

    [Fact]
    public async Task SendAsync_NoLimit_SendsWithoutAService()
    {
        await using var feeder = await ConnectAsync(_broker.Options with { MaxInFlight = 0, Wait = TimeSpan.Zero });

        await SendAsync(feeder, 500);
        await feeder.CompleteAsync(default);

        Assert.Equal(new FeedTotals(500, 500, 0, 0, 50), feeder.Totals);
    }

    [Fact]
    public async Task CompleteAsync_ManyOnTheWay_CountsEachReportOnce()
    {
        // Flushing serves reports beside the client's own thread; a count that is not atomic loses some.
        await using var feeder = await ConnectAsync(_broker.Options with { MaxInFlight = 0, Wait = TimeSpan.Zero, Labels = false });

        await SendAsync(feeder, 60_000);
        await feeder.CompleteAsync(default);

        Assert.Equal(new FeedTotals(60_000, 60_000, 0, 0, 0), feeder.Totals);
    }

    [Fact]
    public async Task SendAsync_ServiceStandsStill_SaysSo()
    {
        await using var feeder = await ConnectAsync(_broker.Options with { MaxInFlight = 10, Wait = TimeSpan.FromMilliseconds(100) });

        var failure = await Assert.ThrowsAsync<CommandException>(() => SendAsync(feeder, 11));

        Assert.Contains("fraud-detectors", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--max-in-flight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompleteAsync_LabelsNotCommitted_WaitsForThem()
    {
        await using var feeder = await ConnectAsync(_broker.Options);
        await SendAsync(feeder, 10);
        var completing = feeder.CompleteAsync(default);

        await WaitUntilAsync(() => feeder.Totals is { Accepted: 10, Labels: 1 });
        _broker.CommitAll("transactions");
        Assert.False(completing.IsCompleted);
        _broker.CommitAll("fraud_labels");

        await completing.WaitAsync(FeedBroker.Deadline);
    }

    [Fact]
    public async Task SendAsync_ServiceTakesNothing_SaysSoAndGoesOnWhenItDoes()
    {
        var stalls = new ConcurrentQueue<FeedStall>();
        await using var feeder = await ConnectAsync(_broker.Options with
        {
            MaxInFlight = 10,
            Wait = TimeSpan.Zero,
            Labels = false,
            Stalled = stalls.Enqueue,
            StallNotice = TimeSpan.FromMilliseconds(50),
        });
        var sending = SendAsync(feeder, 20);

        await WaitUntilAsync(() => stalls.Count >= 2);
        Assert.All(stalls, static stall => Assert.Equal(("transactions", 10L), (stall.Topic, stall.Waiting)));
        Assert.False(sending.IsCompleted);
        // Again and again: some may have reached the broker only after the first time.
        await WaitUntilAsync(() =>
        {
            _broker.CommitAll("transactions");
            return sending.IsCompleted;
        });
        await sending;
    }

    [Fact]
    public async Task RunAsync_FeedStoppedWhileTheServiceTakesNothing_Ends()
    {
        using var stopping = new CancellationTokenSource();
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var feeding = SimulatedFeed.RunAsync(
            _broker.Address,
            new SimulatedFeedOptions
            {
                Rate = 0,
                MaxInFlight = 10,
                Stalled = _ => stalled.TrySetResult(),
                StallNotice = TimeSpan.FromMilliseconds(20),
            },
            TimeProvider.System,
            stopping.Token);
        await stalled.Task.WaitAsync(FeedBroker.Deadline);

        await stopping.CancelAsync();

        Assert.Equal(10, (await feeding.WaitAsync(FeedBroker.Deadline)).Accepted);
    }

    [Fact]
    public async Task CompleteAsync_ServiceNeverCommits_FailsAtTheDeadline()
    {
        await using var feeder = await ConnectAsync(_broker.Options with { Wait = TimeSpan.FromMilliseconds(100) });
        await SendAsync(feeder, 5);

        var failure = await Assert.ThrowsAsync<CommandException>(() => feeder.CompleteAsync(default));

        Assert.Contains("5 payments", failure.Message, StringComparison.Ordinal);
    }

    private static Task<KafkaFeeder> ConnectAsync(KafkaFeederOptions options) =>
        KafkaFeeder.ConnectAsync(options, TimeProvider.System, default);

    // Every tenth is a fraud.
    private static async Task SendAsync(KafkaFeeder feeder, int count)
    {
        var payment = new FeedPayment();
        for (var i = 0; i < count; i++)
        {
            payment.Payment.Id = ShortText.From($"{i}");
            payment.Payment.CardId = ShortText.From($"card-{i % 7}");
            payment.IsFraud = i % 10 == 9;
            await feeder.SendAsync(payment, default);
        }
    }

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < FeedBroker.Deadline, "the condition did not come to hold");
            await Task.Delay(5);
        }
    }
}
