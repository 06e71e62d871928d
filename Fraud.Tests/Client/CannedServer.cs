using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Fraud.Tests.Client;

/// <summary>Answers each request as the test says, and remembers what it was asked.</summary>
internal sealed class CannedServer(Func<int, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>Method, path with query, and body of each request.</summary>
    public List<(string Method, string Path, string Body)> Requests { get; } = [];

    public List<string?> LastEventIds { get; } = [];

    public static HttpResponseMessage Of(HttpStatusCode status, string body = "", string type = "application/json", int? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
        response.Headers.RetryAfter = retryAfter is { } seconds ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) : null;
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add((request.Method.Method, request.RequestUri!.PathAndQuery, body));
        LastEventIds.Add(request.Headers.TryGetValues("Last-Event-ID", out var ids) ? ids.Single() : null);
        cancellationToken.ThrowIfCancellationRequested();
        return answer(Requests.Count);
    }
}
