using System.Net;
using System.Threading.Channels;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>
/// Another node and the one connection to it. What waits is sent together the moment a request may go out, so
/// requests grow with the load and nothing waits for company. Thread-safe.
/// </summary>
internal sealed class RemoteNode : IAsyncDisposable
{
    // The framework's least; a peer that is silent for this long in mid-request is asked whether it is there.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<RoutedPayment> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpMessageInvoker _http;
    private readonly RemoteNodeParts _parts;
    private readonly Uri _uri;
    private readonly int _most;
    private readonly Task _senders;
    private long _lastUsed;
    private int _away;

    public RemoteNode(string address, RemoteNodeParts parts)
    {
        Address = address;
        _parts = parts;
        _uri = new Uri(new Uri(address), ForwardEndpoint.Path);
        _most = Math.Min(parts.Batching.MaxBatchSize, ForwardCodec.MaxPayments);
        _waiting = Channel.CreateBounded<RoutedPayment>(parts.Options.QueueCapacity);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = false,
            MaxConnectionsPerServer = 1,
            ConnectTimeout = parts.Options.ConnectTimeout,
            PooledConnectionIdleTimeout = parts.Options.IdleTimeout,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = PingAfter,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // A request carries payments of many callers; it belongs to no one's trace. Each has its own: RoutingHeaders.Traces.
            ActivityHeadersPropagator = null,
        });
        _lastUsed = parts.Time.GetTimestamp();
        _senders = Task.WhenAll(Enumerable.Range(0, parts.Options.RequestsInFlight).Select(_ => Task.Run(Send)));
    }

    public string Address { get; }

    /// <summary>Payments that wait to be sent.</summary>
    public int Waiting => _waiting.Reader.Count;

    public TimeSpan Idle => _parts.Time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>False when its queue is full, or it is closed.</summary>
    public bool TryEnqueue(RoutedPayment payment)
    {
        Volatile.Write(ref _lastUsed, _parts.Time.GetTimestamp());
        return _waiting.Writer.TryWrite(payment);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _senders;
        while (_waiting.Reader.TryRead(out var payment))
        {
            payment.Settle(RouteOutcome.Unreachable);
        }

        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task Send()
    {
        var writer = new StateWriter();
        var batch = new List<RoutedPayment>(_most);
        var reader = _waiting.Reader;
        try
        {
            while (await reader.WaitToReadAsync(_stopping.Token))
            {
                Take(reader, batch);
                if (batch.Count > 0)
                {
                    await SendOne(writer, batch);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Closed; whoever closes it settles what waits.
        }
    }

    private void Take(ChannelReader<RoutedPayment> reader, List<RoutedPayment> batch)
    {
        batch.Clear();
        var now = _parts.Time.GetTimestamp();
        while (batch.Count < _most && reader.TryRead(out var payment))
        {
            if (payment.Deadline <= now)
            {
                payment.Settle(RouteOutcome.Late);
                _parts.Metrics.Forwarded(RouteOutcome.Late, 1);
            }
            else
            {
                batch.Add(payment);
            }
        }
    }

    private async Task SendOne(StateWriter writer, List<RoutedPayment> batch)
    {
        var started = _parts.Time.GetTimestamp();
        var longest = _parts.Time.GetElapsedTime(started, batch.Max(static payment => payment.Deadline));
        using var deadline = new CancellationTokenSource(longest, _parts.Time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            using var request = Request(ForwardCodec.EncodeRequest(writer, batch, _parts.Time), batch);
            using var response = await _http.SendAsync(request, cancellation.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                NotServed(response.StatusCode, batch);
                return;
            }

            await response.Content.LoadIntoBufferAsync(ForwardCodec.MaxBytes, cancellation.Token);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation.Token);
            var name = response.Headers.TryGetValues(RoutingHeaders.Node, out var names) ? names.First() : Address;
            var counts = ForwardCodec.DecodeAnswer(body, batch, name, _parts.Time);
            counts.Report(_parts.Metrics.Forwarded);
            _parts.Metrics.Request(_parts.Time.GetElapsedTime(started), batch.Count);
            if (Interlocked.Exchange(ref _away, 0) == 1)
            {
                RoutingLog.NodeAnswers(_parts.Log, Address);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Away("nothing within the deadline");
            SettleAll(batch, RouteOutcome.Late);
        }
        catch (OperationCanceledException)
        {
            SettleAll(batch, RouteOutcome.Unreachable);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or CorruptStateException)
        {
            Away(error.Message);
            SettleAll(batch, RouteOutcome.Unreachable);
        }
        catch (Exception error)
        {
            // A mistake of ours must not end the sender: the next request may go well.
            RoutingLog.SendFailed(_parts.Log, Address, error);
            SettleAll(batch, RouteOutcome.Unreachable);
        }
    }

    private HttpRequestMessage Request(byte[] body, List<RoutedPayment> batch)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", ForwardCodec.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, _uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation(RoutingHeaders.Origin, _parts.Self.Name);
        request.Headers.TryAddWithoutValidation(RoutingHeaders.Hops, "1");
        if (ForwardTraces.Write(batch) is { } traces)
        {
            request.Headers.TryAddWithoutValidation(RoutingHeaders.Traces, traces);
        }

        if (_parts.Secret.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(RoutingHeaders.Secret, _parts.Secret);
        }

        return request;
    }

    // Refusals of the whole request: another secret, a loop, another version, or no node of ours at all.
    private void NotServed(HttpStatusCode status, List<RoutedPayment> batch)
    {
        if ((int)status >= 500 && status != HttpStatusCode.LoopDetected)
        {
            Away(status.ToString());
            SettleAll(batch, RouteOutcome.Unreachable);
            return;
        }

        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            RoutingLog.NodeRefuses(_parts.Log, Address, (int)status);
        }

        SettleAll(batch, RouteOutcome.Refused);
    }

    private void SettleAll(List<RoutedPayment> batch, RouteOutcome outcome)
    {
        _parts.Metrics.Forwarded(outcome, batch.Count);
        foreach (var payment in batch)
        {
            payment.Settle(outcome);
        }
    }

    // Said once until it answers again.
    private void Away(string reason)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            RoutingLog.NodeAway(_parts.Log, Address, reason);
        }
    }
}

/// <summary>What all connections to nodes share.</summary>
internal sealed record RemoteNodeParts(
    NodeIdentity Self,
    string Secret,
    RoutingOptions Options,
    BatchingOptions Batching,
    RoutingMetrics Metrics,
    TimeProvider Time,
    ILogger<RemoteNode> Log);
