using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fraud.Benchmarks.Load;

namespace Fraud.Faults.Fuzz;

/// <summary>
/// Sends payments as they should be, at a steady rate from an address of its own, and holds each answer against what
/// it must be.
/// </summary>
internal sealed class GoodClient : IDisposable
{
    // Every so many payments one is sent again, which must be told as a repeat with the same score.
    private const int RepeatEvery = 10;

    private readonly HttpClient _http;
    private readonly double _rate;
    private readonly string _prefix;
    private int _sent;

    public GoodClient(Uri server, IPAddress from, double rate)
    {
        _rate = rate;
        _prefix = "good-" + Guid.NewGuid().ToString("N")[..8];
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(15),
        };
    }

    /// <summary>What was not as it must be; the first few.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>Runs until it is told to stop, and gives the latencies of its payments, counted from when each was due.</summary>
    public async Task<LatencyHistogram> Run(CancellationToken stop)
    {
        var latencies = new LatencyHistogram();
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var due = TimeSpan.FromSeconds(i / _rate);
            var early = due - TimeProvider.System.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, CancellationToken.None);
            }

            var number = _sent++;
            var score = await Predict(number, isRepeat: false, null);
            latencies.Record(TimeProvider.System.GetElapsedTime(started) - due);
            if (number % RepeatEvery == 0 && score is not null)
            {
                await Predict(number, isRepeat: true, score);
            }
        }

        return latencies;
    }

    public Task<string> Get(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    public void Dispose() => _http.Dispose();

    private async Task<float?> Predict(int number, bool isRepeat, float? score)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{number}");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"transaction_id":"{{id}}","card_id":"{{_prefix}}-card-{{number % 50}}","terminal_id":"good-terminal-{{number % 20}}","amount":{{10 + (number % 300)}}.25}""")));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _http.PostAsync(new Uri("/predict", UriKind.Relative), content);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Mistake($"{id}: {(int)response.StatusCode} {text}");
                return null;
            }

            using var json = JsonDocument.Parse(text);
            var answer = json.RootElement;
            var given = answer.GetProperty("fraud_score").GetSingle();
            if (answer.GetProperty("transaction_id").GetString() != id
                || answer.GetProperty("duplicate").GetBoolean() != isRepeat
                || given is not (>= 0 and <= 1)
                || (score is not null && score != given))
            {
                Mistake($"{id}: wrong answer {text}");
            }

            return given;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException)
        {
            Mistake($"{id}: {error.Message}");
            return null;
        }
    }

    private void Mistake(string text)
    {
        if (Mistakes.Count < 20)
        {
            Mistakes.Add(text);
        }
    }
}
