using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Fraud.Cli.Arguments;
using Fraud.Model.Decoding;

namespace Fraud.Cli.Feed;

/// <summary>
/// Sends payments over HTTP on several connections. A card always goes to the same one, so its payments
/// stay in order; each connection sends what waits for it, up to a batch.
/// </summary>
public sealed class HttpFeeder : IPaymentFeeder
{
    // Longer than any Retry-After of the service; keeps a wrong one from stopping the feed.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly HttpFeederOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly Uri _path;
    private readonly Channel<Body>[] _queues;
    private readonly Task[] _senders;
    private readonly CancellationTokenSource _closing = new();
    private readonly byte[] _buffer = new byte[TransactionWriter.MaxLength];
    private long _sent;
    private long _accepted;
    private long _shed;
    private long _failed;
    private int _refusedWith;

    public HttpFeeder(HttpFeederOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _path = new Uri(options.Address, options.Batch == 1 ? "predict" : "predict/batch");
        // The service answers within its deadline of seconds; this only ends a hung one.
        _client = ApiKey.Client(TimeSpan.FromSeconds(60), options.Connections);
        _queues = new Channel<Body>[options.Connections];
        _senders = new Task[options.Connections];
        for (var i = 0; i < _queues.Length; i++)
        {
            // Two batches: one to fill while the other is on its way.
            var queue = Channel.CreateBounded<Body>(
                new BoundedChannelOptions(options.Batch * 2) { SingleReader = true, SingleWriter = true });
            _queues[i] = queue;
            _senders[i] = Task.Run(() => SendAllAsync(queue.Reader, _closing.Token));
        }
    }

    /// <summary>What to do about payments that the service did not take because of who sends them; null when there are none.</summary>
    public string? Remedy => ApiKey.Remedy(Volatile.Read(ref _refusedWith));

    public FeedTotals Totals => new(
        Interlocked.Read(ref _sent), Interlocked.Read(ref _accepted), Interlocked.Read(ref _shed), Interlocked.Read(ref _failed), 0);

    public ValueTask SendAsync(FeedPayment payment, CancellationToken stopping)
    {
        var length = TransactionWriter.Write(payment.Payment, _buffer);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, length).CopyTo(bytes);
        Interlocked.Increment(ref _sent);
        var queue = (uint)payment.Key.GetHashCode() % (uint)_queues.Length;
        return _queues[queue].Writer.WriteAsync(new Body(bytes, length), stopping);
    }

    public async Task CompleteAsync(CancellationToken stopping)
    {
        Array.ForEach(_queues, static queue => queue.Writer.TryComplete());
        await using var registration = stopping.Register(_closing.Cancel);
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Array.ForEach(_queues, static queue => queue.Writer.TryComplete());
        await Task.WhenAll(_senders);
        _client.Dispose();
        _closing.Dispose();
    }

    private async Task SendAllAsync(ChannelReader<Body> queue, CancellationToken closing)
    {
        var batch = new List<Body>(_options.Batch);
        var content = new ArrayBufferWriter<byte>();
        while (await WaitAsync(queue, closing))
        {
            while (batch.Count < _options.Batch && queue.TryRead(out var body))
            {
                batch.Add(body);
            }

            Write(batch, content);
            try
            {
                await SendAsync(content.WrittenMemory, batch.Count, closing);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException)
            {
                // Counted and shown as failed; the feed goes on with the next.
                Interlocked.Add(ref _failed, batch.Count);
            }

            batch.ForEach(static body => ArrayPool<byte>.Shared.Return(body.Bytes));
            batch.Clear();
            content.ResetWrittenCount();
        }
    }

    private static async Task<bool> WaitAsync(ChannelReader<Body> queue, CancellationToken closing)
    {
        try
        {
            return await queue.WaitToReadAsync(closing);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Write(List<Body> batch, ArrayBufferWriter<byte> into)
    {
        if (_options.Batch == 1)
        {
            into.Write(batch[0].Json);
            return;
        }

        into.Write("["u8);
        for (var i = 0; i < batch.Count; i++)
        {
            into.Write(i == 0 ? default : ","u8);
            into.Write(batch[i].Json);
        }

        into.Write("]"u8);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> json, int payments, CancellationToken closing)
    {
        while (true)
        {
            using var content = new ReadOnlyMemoryContent(json);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _client.PostAsync(_path, content, closing);
            if (answer.IsSuccessStatusCode)
            {
                var wrong = _options.Batch == 1 ? 0 : await FailedItems(answer, closing);
                Interlocked.Add(ref _accepted, payments - wrong);
                Interlocked.Add(ref _failed, wrong);
                return;
            }

            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    Volatile.Write(ref _refusedWith, (int)answer.StatusCode);
                }

                Interlocked.Add(ref _failed, payments);
                return;
            }

            Interlocked.Add(ref _shed, payments);
            if (!_options.Retry)
            {
                return;
            }

            var pause = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            await Task.Delay(pause < LongestPause ? pause : LongestPause, _time, closing);
        }
    }

    /// <summary>A batch is answered with 200 when some of its items were wrong: its statistics say how many.</summary>
    private static async Task<int> FailedItems(HttpResponseMessage answer, CancellationToken closing)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(closing);
        using var json = await JsonDocument.ParseAsync(body, cancellationToken: closing);
        return json.RootElement.GetProperty("statistics").GetProperty("failed").GetInt32();
    }

    private readonly record struct Body(byte[] Bytes, int Length)
    {
        public ReadOnlySpan<byte> Json => Bytes.AsSpan(0, Length);
    }
}
