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
        using var good = new GoodClientProcess(server, options.GoodRate);
        // The first payments find code that was never run; they are no measure of anything.
        await good.Enter("first");
        await Task.Delay(options.Alone, cancellation);
        var mutator = new RequestMutator(options.Seed, FuzzCorpus.With(await KnownByServer(cancellation)));
        var end = options.First + options.Requests;
        for (var turn = 0; _next < end; turn++)
        {
            // Turn by turn, so that both see the same machine.
            await good.Enter($"{FuzzReport.AlonePart} {turn}");
            await Task.Delay(options.Alone, cancellation);
            await good.Enter($"{FuzzReport.BesidePart} {turn}");
            await Fuzz(mutator, Math.Min(end, _next + options.RequestsInTurn), cancellation);
        }

        _report.Good = await good.End();
        foreach (var mistake in _report.Good.Mistakes)
        {
            _report.Violate($"the good client: {mistake}");
        }

        return _report;
    }

    private async Task<string> KnownByServer(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = server };
        return await http.GetStringAsync(new Uri("/", UriKind.Relative), cancellation);
    }

    private async Task Fuzz(RequestMutator mutator, long end, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var first = _next;
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(connection => Task.Factory.StartNew(
            () => Send(mutator, Loopback(10 + connection), first, end, started, cancellation),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        _next = end;
        cancellation.ThrowIfCancellationRequested();
    }

    private void Send(RequestMutator mutator, IPAddress from, long first, long end, long started, CancellationToken cancellation)
    {
        // Who sends such requests has a machine of its own; here he shares the service's.
        Scheduling.StepBack();
        using var connection = new FuzzConnection(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), from);
        while (!cancellation.IsCancellationRequested && Interlocked.Increment(ref _next) - 1 is var number && number < end)
        {
            if (number - options.First == options.Requests / 10)
            {
                Warm();
            }

            Pace(number - first, started);
            var request = mutator.Make(number);
            var sent = TimeProvider.System.GetTimestamp();
            var (answer, wrong) = Exchange(connection, request);
            _report.Add(request, answer, TimeProvider.System.GetElapsedTime(sent), wrong);
            if (options.Requests == 1)
            {
                _report.Notes.Add($"#{request.Number} {request.Name} [{request.Mutations}]: {answer.Status}\n    {request.Excerpt()}");
            }
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
