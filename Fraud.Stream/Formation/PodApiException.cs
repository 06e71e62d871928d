using System.Net;
using System.Text.Json;

namespace Fraud.Stream.Formation;

/// <summary>The API of Kubernetes refuses.</summary>
public sealed class PodApiException(HttpStatusCode status, string body) : Exception(MessageOf(body))
{
    // A proxy in between may answer with a page.
    private const int MaxMessage = 500;

    public HttpStatusCode Status => status;

    /// <summary>The message in an answer of the API, which is a Status in JSON.</summary>
    private static string MessageOf(string body)
    {
        try
        {
            using var status = JsonDocument.Parse(body);
            if (status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out var message))
            {
                return message.ToString();
            }
        }
        catch (JsonException)
        {
            // Then it is told as it came.
        }

        return body.Length == 0 ? "nothing" : body[..Math.Min(body.Length, MaxMessage)];
    }
}
