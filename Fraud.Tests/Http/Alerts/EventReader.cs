using System.Net;
using System.Text.Json;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Alerts;

/// <summary>Reads server-sent events as a browser does.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Patience = Poll.Deadline;

    private readonly CancellationTokenSource _deadline = new(Patience);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _text;

    private EventReader(HttpResponseMessage response, System.IO.Stream body)
    {
        _response = response;
        _text = new StreamReader(body);
    }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>Id of the last event, with data or without.</summary>
    public string LastId { get; private set; } = "";

    public static async Task<EventReader> Open(HttpClient client, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/alerts/stream");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event with data; null at the end of the stream.</summary>
    public async Task<(string Event, JsonElement Data)?> Next()
    {
        var (name, data) = ("message", "");
        while (await _text.ReadLineAsync(_deadline.Token) is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
            {
                return (name, JsonDocument.Parse(data).RootElement);
            }

            (name, data) = line.Length == 0 ? ("message", "") : (name, data);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                LastId = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data += line[6..];
            }
        }

        return null;
    }

    /// <summary>Waits for the next line that is a comment.</summary>
    public async Task Heartbeat()
    {
        while (await _text.ReadLineAsync(_deadline.Token) is { } line && !line.StartsWith(':'))
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                LastId = line[4..];
            }
        }
    }

    /// <summary>Ids of the next payments.</summary>
    public async Task<List<string>> Payments(int count)
    {
        var ids = new List<string>();
        while (ids.Count < count && await Next() is { Event: "alert" } alert)
        {
            ids.Add(alert.Data.GetProperty("transaction_id").GetString()!);
        }

        return ids;
    }

    public void Dispose()
    {
        _text.Dispose();
        _response.Dispose();
        _deadline.Dispose();
    }
}
