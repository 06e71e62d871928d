using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fraud.Client.Requests;
using Fraud.Client.Retries;

namespace Fraud.Client;

/// <summary>Flagged payments as they come.</summary>
public sealed class AlertsClient
{
    // What the service asks for, unless the stream says otherwise.
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(2);

    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal AlertsClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>
    /// Alerts of all nodes in the order of storing, until it is cancelled. Each comes at least once
    /// (<see cref="Alert.AlertId"/> tells repeats). A connection that breaks is made again, and the stream goes on behind the last
    /// event; what is too old by then is told as a <see cref="AlertEvent.Gap"/>.
    /// </summary>
    /// <param name="lastEventId"><see cref="AlertEvent.Id"/> of the last event that you have; "0": all that is kept; null: from now on.</param>
    /// <param name="cancellation">Ends the stream, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="FraudApiException">The stream was refused, or not answered from the start.</exception>
    public async IAsyncEnumerable<AlertEvent> StreamAlertsAsync(
        string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var last = lastEventId;
        var response = await Open(last, cancellation).ConfigureAwait(false);
        while (true)
        {
            TimeSpan wait;
            using (response)
            {
                var events = SseParser.Create(await _exchange.Stream(response, cancellation).ConfigureAwait(false), Parse);
                await using var reading = events.EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
                while (await Next(reading).ConfigureAwait(false) is { } item)
                {
                    last = events.LastEventId;
                    if (item.Data is { } told)
                    {
                        yield return told with { Id = last };
                    }
                }

                // A quiet stream moves on, too.
                last = events.LastEventId.Length > 0 ? events.LastEventId : last;
                wait = events.ReconnectionInterval > TimeSpan.Zero ? events.ReconnectionInterval : pause;
            }

            response = await Reopen(last, wait, cancellation).ConfigureAwait(false);
        }
    }

    private Task<HttpResponseMessage> Open(string? last, CancellationToken cancellation) =>
        _exchange.Open(ApiCall.Get("api/v1/alerts/stream").With("Last-Event-ID", last), cancellation);

    /// <summary>Opens it again, however long that takes: a service that is down comes back.</summary>
    private async Task<HttpResponseMessage> Reopen(string? last, TimeSpan wait, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await Task.Delay(_exchange.Retries.Spread(attempt, wait), _exchange.Time, cancellation).ConfigureAwait(false);
            try
            {
                return await Open(last, cancellation).ConfigureAwait(false);
            }
            catch (FraudApiException refused) when (refused.StatusCode is not { } status || RetryPolicy.MayPass(status, isRepeatable: true))
            {
                wait = refused.RetryAfter ?? wait;
            }
        }
    }

    /// <returns>Null when the stream ended or broke.</returns>
    private static async ValueTask<SseItem<AlertEvent?>?> Next(IAsyncEnumerator<SseItem<AlertEvent?>> reading)
    {
        try
        {
            return await reading.MoveNextAsync().ConfigureAwait(false) ? reading.Current : null;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            return null;
        }
    }

    /// <returns>Null for events that are about the connection alone.</returns>
    private AlertEvent? Parse(string type, ReadOnlySpan<byte> data)
    {
        try
        {
            return type switch
            {
                "alert" => new AlertEvent { Id = "", Alert = JsonSerializer.Deserialize(data, _json.Alert) },
                "gap" => new AlertEvent { Id = "", Gap = JsonSerializer.Deserialize(data, _json.AlertGap) },
                _ => null,
            };
        }
        catch (JsonException error)
        {
            throw Refusal.NotOurs(System.Net.HttpStatusCode.OK, attempts: 1, error);
        }
    }
}
