using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fraud.Client.Retries;

/// <summary>Sends a request until it is answered, or until there is no more attempt.</summary>
internal sealed class Exchange(HttpClient http, FraudClientOptions options, RetryPolicy retries, TimeProvider time)
{
    private const string KeyHeader = "X-API-Key";

    // A problem is a few hundred bytes; something else's page of an error is not read further.
    private const int MostProblemBytes = 64 * 1024;

    /// <summary>A POST with a body, a GET without; <paramref name="alsoAnswers"/> is an answer too, though it is no success.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public async Task<T> Send<T>(
        string path, byte[]? body, JsonTypeInfo<T> answer, CancellationToken cancellation, HttpStatusCode? alsoAnswers = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            FraudApiException refusal;
            var mayPass = true;
            try
            {
                using var deadline = new CancellationTokenSource(options.AttemptTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
                using var request = Request(path, body);
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || response.StatusCode == alsoAnswers)
                {
                    return await Read(response, answer, attempt, either.Token).ConfigureAwait(false);
                }

                mayPass = RetryPolicy.MayPass(response.StatusCode);
                refusal = await Refusal(response, attempt, either.Token).ConfigureAwait(false);
            }
            catch (HttpRequestException error)
            {
                refusal = NoAnswer(error.Message, attempt, error);
            }
            catch (IOException error)
            {
                refusal = NoAnswer("the connection broke in the middle of the answer", attempt, error);
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                refusal = NoAnswer($"no answer within {options.AttemptTimeout.TotalSeconds:0.###} s", attempt, error);
            }

            if (!mayPass || retries.Wait(attempt, refusal.RetryAfter) is not { } wait)
            {
                throw refusal;
            }

            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage Request(string path, byte[]? body)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (!string.IsNullOrEmpty(options.ApiKey))
        {
            request.Headers.TryAddWithoutValidation(KeyHeader, options.ApiKey);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    private static async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> answer, int attempts, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(stream, answer, cancellation).ConfigureAwait(false)
                    ?? throw new JsonException("null");
            }
            catch (JsonException error)
            {
                throw new FraudApiException(
                    "expected the JSON of a fraud scoring service; is the address right?", response.StatusCode, null, null, attempts, error);
            }
        }
    }

    private async Task<FraudApiException> Refusal(HttpResponseMessage response, int attempts, CancellationToken cancellation)
    {
        ProblemDetails? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && response.Content.Headers.ContentLength is null or <= MostProblemBytes)
        {
            try
            {
                problem = JsonSerializer.Deserialize(
                    await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false), FraudJson.Default.ProblemDetails);
            }
            catch (JsonException)
            {
                // Somebody between here and the service answered; the status still counts.
                problem = null;
            }
        }

        var text = problem?.Detail ?? problem?.Title ?? response.ReasonPhrase;
        return new FraudApiException(
            $"{(int)response.StatusCode}: {text}", response.StatusCode, problem, RetryAfter(response), attempts, inner: null);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static FraudApiException NoAnswer(string reason, int attempts, Exception error) =>
        new($"the service does not answer: {reason}", status: null, problem: null, retryAfter: null, attempts, error);
}
