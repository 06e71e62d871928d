using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fraud.Client.Retries;

namespace Fraud.Client.Requests;

/// <summary>Sends a request until it is answered, or until there is no more attempt.</summary>
internal sealed class Exchange(HttpClient http, FraudClientOptions options, FraudJson json, TimeProvider time)
{
    private const string KeyHeader = "X-API-Key";

    /// <summary>How everything is written and read.</summary>
    public FraudJson Types => json;

    public RetryPolicy Retries { get; } = new(options, Random.Shared);

    public TimeProvider Time => time;

    /// <summary>An answer in JSON.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<T> Json<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Send(call, (response, stopping) => Read(response, type, stopping), cancellation);

    /// <summary>An answer that is text.</summary>
    /// <inheritdoc cref="Json{T}(ApiCall, JsonTypeInfo{T}, CancellationToken)"/>
    public Task<string> Text(ApiCall call, CancellationToken cancellation) =>
        Send(call, static (response, stopping) => response.Content.ReadAsStringAsync(stopping), cancellation);

    /// <summary>An answer that is a file.</summary>
    /// <inheritdoc cref="Json{T}(ApiCall, JsonTypeInfo{T}, CancellationToken)"/>
    public Task<byte[]> Bytes(ApiCall call, CancellationToken cancellation) =>
        Send(call, static (response, stopping) => response.Content.ReadAsByteArrayAsync(stopping), cancellation);

    /// <summary>An answer whose status says it all.</summary>
    /// <inheritdoc cref="Json{T}(ApiCall, JsonTypeInfo{T}, CancellationToken)"/>
    public Task Done(ApiCall call, CancellationToken cancellation) =>
        Send(call, static (_, _) => Task.FromResult(true), cancellation);

    /// <summary>An answer of which the head is here, and the rest is read as it comes; the caller disposes of it.</summary>
    /// <inheritdoc cref="Json{T}(ApiCall, JsonTypeInfo{T}, CancellationToken)"/>
    public Task<HttpResponseMessage> Open(ApiCall call, CancellationToken cancellation) =>
        Send(call, static (response, _) => Task.FromResult(response), cancellation);

    /// <summary>The body of an answer that is read as it comes; one on which nothing comes for too long is broken.</summary>
    public async Task<Stream> Stream(HttpResponseMessage response, CancellationToken cancellation) => new WatchedStream(
        await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), options.StreamTimeout, time);

    /// <summary>An answer that is read by <paramref name="read"/>, which gets successes and <see cref="ApiCall.AlsoAnswers"/>.</summary>
    /// <inheritdoc cref="Json{T}(ApiCall, JsonTypeInfo{T}, CancellationToken)"/>
    public async Task<T> Send<T>(ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, refusal, mayPass) = await Attempt(call, read, attempt, cancellation).ConfigureAwait(false);
            if (refusal is null)
            {
                return answer!;
            }

            if (!mayPass || Retries.Wait(attempt, refusal.RetryAfter) is not { } wait)
            {
                throw refusal;
            }

            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The answer as an object.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await JsonSerializer.DeserializeAsync(stream, type, cancellation).ConfigureAwait(false) ?? throw new JsonException("null");
        }
    }

    private async Task<(T? Answer, FraudApiException? Refusal, bool MayPass)> Attempt<T>(
        ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, int attempt, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var request = Request(call);
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode == call.AlsoAnswers)
            {
                var answer = await read(response, either.Token).ConfigureAwait(false);
                // One that is read as it comes is its reader's.
                response = ReferenceEquals(answer, response) ? null : response;
                return (answer, null, false);
            }

            var refusal = await Refusal.Of(response, json, time, Attempts(request, attempt), either.Token).ConfigureAwait(false);
            return (default, refusal, RetryPolicy.MayPass(response.StatusCode, call.IsRepeatable));
        }
        catch (JsonException error)
        {
            return (default, Refusal.NotOurs(response?.StatusCode, Attempts(request, attempt), error), false);
        }
        catch (HttpRequestException error)
        {
            return (default, Refusal.NoAnswer(error.Message, Attempts(request, attempt), error), call.IsRepeatable || RetryPolicy.WasNotSent(error));
        }
        catch (IOException error)
        {
            return (default, Refusal.NoAnswer("the connection broke in the middle of the answer", Attempts(request, attempt), error), call.IsRepeatable);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            var limit = $"no answer within {options.AttemptTimeout.TotalSeconds:0.###} s";
            return (default, Refusal.NoAnswer(limit, Attempts(request, attempt), error), call.IsRepeatable);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private HttpRequestMessage Request(ApiCall call)
    {
        var request = new HttpRequestMessage(call.Method, call.Address.Text);
        request.Options.Set(FraudRequest.IsRepeatable, call.IsRepeatable);
        if (!string.IsNullOrEmpty(options.ApiKey))
        {
            request.Headers.TryAddWithoutValidation(KeyHeader, options.ApiKey);
        }

        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue(call.ContentType) } };
        }

        return request;
    }

    /// <summary>A handler below may have tried several times.</summary>
    private static int Attempts(HttpRequestMessage request, int attempt) =>
        request.Options.TryGetValue(FraudRequest.Attempts, out var below) ? attempt - 1 + below : attempt;
}
