using System.Net;

namespace Fraud.Faults.Fuzz;

/// <summary>Sends a run's requests to a running server, beside a good client.</summary>
public sealed class FuzzRun(Uri server, FuzzOptions options)
{
    private readonly FuzzReport _report = new();
    private long _next = options.First;

    /// <summary>Called when a tenth of the requests is sent, and caches and pools are as large as they get.</summary>
    public Action Warm { get; init; } = static () => { };

    public async Task<FuzzReport> Run(CancellationToken cancellation)
    {
        using var good = new GoodClient(server, Loopback(2), options.GoodRate);
        using (var alone = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            // The first payments find code that was never run; they are no measure of anything.
            alone.CancelAfter(options.Alone / 4);
            await good.Run(alone.Token);
        }

        using (var alone = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            alone.CancelAfter(options.Alone);
            _report.Alone = await good.Run(alone.Token);
        }

        var mutator = new RequestMutator(options.Seed, FuzzCorpus.With(await good.Get("/")));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var beside = good.Run(done.Token);
        var started = TimeProvider.System.GetTimestamp();
        // Blocking threads: an asynchronous client would take from the good one what it measures.
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(connection => Task.Factory.StartNew(
            () => Send(mutator, Loopback(10 + connection), started, cancellation),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        await done.CancelAsync();
        _report.Beside = await beside;
        foreach (var mistake in good.Mistakes)
        {
            _report.Violate($"the good client: {mistake}");
        }

        return _report;
    }

    private void Send(RequestMutator mutator, IPAddress from, long started, CancellationToken cancellation)
    {
        using var connection = new FuzzConnection(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), from);
        while (!cancellation.IsCancellationRequested && Interlocked.Increment(ref _next) - 1 is var number && number < options.First + options.Requests)
        {
            if (number - options.First == options.Requests / 10)
            {
                Warm();
            }

            Pace(number - options.First, started);
            var request = mutator.Make(number);
            var sent = TimeProvider.System.GetTimestamp();
            var (answer, wrong) = Exchange(connection, request);
            _report.Add(request, answer, TimeProvider.System.GetElapsedTime(sent), wrong);
        }
    }

    private static (FuzzAnswer Answer, string? Wrong) Exchange(FuzzConnection connection, FuzzRequest request)
    {
        try
        {
            var answer = connection.Send(request);
            return (answer, AnswerRules.Check(request, answer));
        }
        catch (Exception error) when (error is InvalidDataException or System.Net.Sockets.SocketException or FormatException or OverflowException)
        {
            return (FuzzAnswer.Closed, error.Message);
        }
    }

    private void Pace(long count, long started)
    {
        if (options.Rate <= 0)
        {
            return;
        }

        var early = TimeSpan.FromSeconds(count / options.Rate) - TimeProvider.System.GetElapsedTime(started);
        if (early > TimeSpan.FromMilliseconds(1))
        {
            Thread.Sleep(early);
        }
    }

    // All of 127/8 is this machine.
    private static IPAddress Loopback(int last) => new([127, 0, 0, (byte)last]);
}
