using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fraud.Faults.Fuzz;

/// <summary>
/// Sends payments as they should be, each when it is due whatever became of the ones before, from an address of its
/// own, and holds each answer against what it must be.
/// </summary>
internal sealed class GoodClient : IDisposable
{
    // Every so many payments one is sent again, which must be told as a repeat with the same score.
    private const int RepeatEvery = 10;

    // All of 127/8 is this machine.
    private static readonly IPAddress From = new([127, 0, 0, 2]);

    private readonly HttpClient _http;
    private readonly double _rate;
    private readonly string _prefix = "good-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Lock _lock = new();

    public GoodClient(Uri server, double rate)
    {
        _rate = rate;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = static async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(From, 0));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(15),
        };
    }

    /// <summary>The part of the run that payments due from now on belong to.</summary>
    public string Part { get; set; } = "";

    /// <summary>By part: when each payment was due, and when its answer was there. To be read when <see cref="Run"/> ended.</summary>
    public Dictionary<string, List<(long Due, long Answered)>> Payments { get; } = new(StringComparer.Ordinal);

    /// <summary>What was not as it must be; the first few.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>Runs until it is told to stop and all is answered.</summary>
    public async Task Run(CancellationToken stop)
    {
        var unanswered = new HashSet<Task>();
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var due = started + (long)(number / _rate * Stopwatch.Frequency);
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, CancellationToken.None);
            }

            unanswered.RemoveWhere(static payment => payment.IsCompletedSuccessfully);
            unanswered.Add(Pay(number, due, Part));
        }

        await Task.WhenAll(unanswered);
    }

    public void Dispose() => _http.Dispose();

    private async Task Pay(int number, long due, string part)
    {
        var score = await Predict(number, isRepeat: false, null);
        var answered = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            if (!Payments.TryGetValue(part, out var payments))
            {
                Payments.Add(part, payments = []);
            }

            payments.Add((due, answered));
        }

        if (number % RepeatEvery == 0 && score is not null)
        {
            await Predict(number, isRepeat: true, score);
        }
    }

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
        lock (_lock)
        {
            if (Mistakes.Count < 20)
            {
                Mistakes.Add(text);
            }
        }
    }
}
