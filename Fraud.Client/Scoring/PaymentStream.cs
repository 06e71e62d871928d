using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Fraud.Client.Requests;
using Fraud.Client.Retries;

namespace Fraud.Client;

/// <summary>A stream of payments as a row of requests, each with the payments that came while the one before was answered.</summary>
internal sealed class PaymentStream(Exchange exchange)
{
    // All of a request is written before the first answer is read: that many answers fit into the buffers on the way.
    private const int MostLines = 128;

    // As many attempts as for any other call, also where a handler below has those: an answer that breaks off is none of its.
    private const int MostBreaks = 4;

    private const string Lines = "application/x-ndjson";

    public async IAsyncEnumerable<LineResult> Score(
        IAsyncEnumerable<Payment> payments, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var waiting = Channel.CreateBounded<Payment>(new BoundedChannelOptions(MostLines) { SingleReader = true, SingleWriter = true });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var gathering = Gather(payments, waiting.Writer, leaving.Token);
        try
        {
            for (var before = 0L; await waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false);)
            {
                var some = new List<Payment>(MostLines);
                while (some.Count < MostLines && waiting.Reader.TryRead(out var payment))
                {
                    some.Add(payment);
                }

                await foreach (var result in Answers(some, cancellation).ConfigureAwait(false))
                {
                    yield return result with { Line = before + result.Line };
                }

                before += some.Count;
            }
        }
        finally
        {
            await leaving.CancelAsync().ConfigureAwait(false);
            // Its failure is the channel's, and was thrown by it.
            await gathering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task Gather(IAsyncEnumerable<Payment> payments, ChannelWriter<Payment> into, CancellationToken cancellation)
    {
        try
        {
            await foreach (var payment in payments.WithCancellation(cancellation).ConfigureAwait(false))
            {
                await into.WriteAsync(ScoringClient.Identified(payment), cancellation).ConfigureAwait(false);
            }

            into.Complete();
        }
        catch (Exception error)
        {
            into.Complete(error);
            throw;
        }
    }

    /// <summary>One answer for each payment; what a broken answer leaves open is sent again.</summary>
    private async IAsyncEnumerable<LineResult> Answers(List<Payment> payments, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var failures = 0;
        for (var done = 0; done < payments.Count;)
        {
            using var response = await exchange.Open(Call(payments[done..]), cancellation).ConfigureAwait(false);
            await using var lines = new AnswerLines(response, exchange);
            while (done < payments.Count && await lines.Next(cancellation).ConfigureAwait(false) is { } line)
            {
                yield return Result(line, payments[done], ++done);
                failures = 0;
            }

            if (done < payments.Count)
            {
                var broken = lines.Failure!;
                var mayPass = broken.StatusCode is not { } status || RetryPolicy.MayPass(status, isRepeatable: true);
                var wait = mayPass && ++failures < MostBreaks ? exchange.Retries.Pause(failures, broken.RetryAfter) : null;
                await Task.Delay(wait ?? throw broken, exchange.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private ApiCall Call(List<Payment> payments)
    {
        using var body = new MemoryStream();
        foreach (var payment in payments)
        {
            JsonSerializer.Serialize(body, payment, exchange.Types.Payment);
            body.WriteByte((byte)'\n');
        }

        return ApiCall.Post("predict/stream") with { Body = body.ToArray(), ContentType = Lines };
    }

    private LineResult Result(JsonElement line, Payment payment, long number)
    {
        var result = new LineResult { Line = number, TransactionId = payment.TransactionId! };
        try
        {
            return line.TryGetProperty("error"u8, out var error)
                ? result with { Error = error.Deserialize(exchange.Types.LineError) }
                : result with { Score = line.Deserialize(exchange.Types.Score) };
        }
        catch (JsonException error)
        {
            throw Refusal.NotOurs(HttpStatusCode.OK, attempts: 1, error);
        }
    }
}

/// <summary>The lines of one answer, until there is none or the service ends it.</summary>
internal sealed class AnswerLines(HttpResponseMessage response, Exchange exchange) : IAsyncDisposable
{
    private StreamReader? _reader;

    /// <summary>Why there is no further line, though one was expected.</summary>
    public FraudApiException? Failure { get; private set; }

    public async Task<JsonElement?> Next(CancellationToken cancellation)
    {
        try
        {
            _reader ??= new StreamReader(await exchange.Stream(response, cancellation).ConfigureAwait(false));
            var text = await _reader.ReadLineAsync(cancellation).ConfigureAwait(false) ?? throw new IOException("It ended early.");
            var line = JsonElement.Parse(text);
            if (!line.TryGetProperty("next_line"u8, out _))
            {
                return line;
            }

            // The service is stopping, or had to give up on the request.
            var error = line.GetProperty("error"u8).Deserialize(exchange.Types.LineError)!;
            Failure = new FraudApiException(
                $"{error.Status}: {error.Detail}", (HttpStatusCode)error.Status, problem: null,
                error.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, attempts: 1, inner: null);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            Failure = Refusal.NoAnswer("the connection broke in the middle of the answer", attempts: 1, error);
        }
        catch (JsonException error)
        {
            throw Refusal.NotOurs(response.StatusCode, attempts: 1, error);
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        return ValueTask.CompletedTask;
    }
}
