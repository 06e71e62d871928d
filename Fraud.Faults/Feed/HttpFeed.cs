using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Fraud.Faults.Cluster;
using Fraud.Model.Decoding;

namespace Fraud.Faults.Feed;

/// <summary>
/// Callers of the front door: each asks any node, and when refused or left without an answer asks again, any node,
/// with the same id, until it hears 200; of a payment that is poison, until it hears 500.
/// </summary>
public sealed class HttpFeed : IAsyncDisposable
{
    private const int Callers = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FraudCluster _cluster;
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        // The service's own deadline is two seconds.
        Timeout = TimeSpan.FromSeconds(4),
    };

    private readonly Channel<Input> _waiting = Channel.CreateUnbounded<Input>();
    private readonly ConcurrentQueue<HttpAnswer> _answers = new();
    private readonly ConcurrentQueue<string> _poisoned = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private readonly Task _callers;
    private readonly CancellationTokenSource _stop = new();
    private int _retries;

    public HttpFeed(FraudCluster cluster)
    {
        _cluster = cluster;
        _callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Call(new Random(caller)))));
    }

    public IReadOnlyCollection<HttpAnswer> Answers => _answers;

    /// <summary>Ids of payments that are poison and were answered with 500.</summary>
    public IReadOnlyCollection<string> Poisoned => _poisoned;

    /// <summary>What callers heard instead of 200, with how often.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Requests that had to be repeated.</summary>
    public int Retries => Volatile.Read(ref _retries);

    public void Send(Input input) => _waiting.Writer.TryWrite(input);

    /// <summary>No more will come; waits until each has its answer.</summary>
    public async Task Complete(CancellationToken cancellation)
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _callers.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new FaultSuiteException(string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP callers still wait; heard instead of 200: {string.Join(", ", _refusals.Select(static pair => $"{pair.Key} x{pair.Value}"))}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _waiting.Writer.TryComplete();
        await _callers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task Call(Random random)
    {
        var buffer = new byte[TransactionWriter.MaxLength];
        await foreach (var input in _waiting.Reader.ReadAllAsync(_stop.Token))
        {
            var length = TransactionWriter.Write(input.ToTransaction(), buffer);
            while (!await Try(input, buffer, length, random))
            {
                Interlocked.Increment(ref _retries);
                await Task.Delay(Pause, _stop.Token);
            }
        }
    }

    private async Task<bool> Try(Input input, byte[] body, int length, Random random)
    {
        var nodes = _cluster.Nodes.Where(static node => node.Url is not null).ToArray();
        if (nodes.Length == 0)
        {
            return false;
        }

        try
        {
            using var content = new ByteArrayContent(body, 0, length);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(
                new Uri(nodes[random.Next(nodes.Length)].Url!, "/predict"), content, _stop.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(_stop.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                using var json = JsonDocument.Parse(answer);
                _answers.Enqueue(new HttpAnswer(
                    json.RootElement.GetProperty("transaction_id").GetString()!, json.RootElement.GetProperty("fraud_score").GetSingle()));
                return true;
            }

            if (input.IsPoison && response.StatusCode == HttpStatusCode.InternalServerError)
            {
                _poisoned.Enqueue(input.Id);
                return true;
            }

            Refused(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            Refused("no connection");
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            Refused("no answer");
        }

        return false;
    }

    private void Refused(string how) => _refusals.AddOrUpdate(how, 1, static (_, count) => count + 1);
}

/// <summary>What a caller was told with 200.</summary>
public readonly record struct HttpAnswer(string Id, float Score);
