using System.Net;
using System.Text.Json;
using Fraud.Client.Retries;

namespace Fraud.Client;

/// <summary>
/// Asks a fraud scoring service. Thread-safe; make one and keep it. Refusals that may pass are tried again, see
/// <see cref="FraudClientOptions"/>; cancellation ends any wait at once.
/// </summary>
public sealed class FraudClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly bool _isOwn;
    private readonly Exchange _exchange;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="address">The service, such as http://127.0.0.1:8000.</param>
    /// <param name="options">How to ask; null: the defaults.</param>
    public FraudClient(Uri address, FraudClientOptions? options = null)
        : this(Connections(address), options) => _isOwn = true;

    /// <summary>A client on connections of the caller's, who disposes of them.</summary>
    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the service.</param>
    /// <param name="options">How to ask; null: the defaults.</param>
    /// <param name="time">The clock; null: the system's.</param>
    public FraudClient(HttpClient http, FraudClientOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        options ??= new FraudClientOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1, nameof(options));
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("BaseAddress: expected the address of the service", nameof(http));
        }

        _http = http;
        _exchange = new Exchange(http, options, new RetryPolicy(options, Random.Shared), time ?? TimeProvider.System);
    }

    /// <summary>Scores one payment. When this returns, the result is stored.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<Score> PredictAsync(Payment payment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payment);
        return _exchange.Send(
            "predict", JsonSerializer.SerializeToUtf8Bytes(Identified(payment), FraudJson.Default.Payment), FraudJson.Default.Score, cancellation);
    }

    /// <summary>Scores up to 1,000 payments (the service's limit) in one request; wrong ones are in the result's errors.</summary>
    /// <param name="payments">In any order; the results are in theirs.</param>
    /// <param name="batchId">Comes back with the result; null: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">The whole batch was refused, or not answered.</exception>
    public Task<BatchResult> PredictBatchAsync(IEnumerable<Payment> payments, string? batchId = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payments);
        var body = new BatchBody(batchId, [.. payments.Select(Identified)]);
        return _exchange.Send(
            "predict/batch", JsonSerializer.SerializeToUtf8Bytes(body, FraudJson.Default.BatchBody), FraudJson.Default.BatchResult, cancellation);
    }

    /// <summary>Tells which payments were fraud. All labels are stored, or none; a label that comes twice counts once.</summary>
    /// <exception cref="FraudApiException">They were refused, or not answered.</exception>
    public Task<LabelResult> SendLabelsAsync(IReadOnlyCollection<FraudLabel> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return _exchange.Send(
            "labels", JsonSerializer.SerializeToUtf8Bytes(labels, FraudJson.Default.IReadOnlyCollectionFraudLabel), FraudJson.Default.LabelResult, cancellation);
    }

    /// <summary>How the service is, and which model it serves.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<Health> GetHealthAsync(CancellationToken cancellation = default) =>
        _exchange.Send("health", body: null, FraudJson.Default.Health, cancellation);

    /// <summary>Whether the service can score now. "Not ready" is an answer and no exception.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<Readiness> GetReadinessAsync(CancellationToken cancellation = default) =>
        _exchange.Send("health/ready", body: null, FraudJson.Default.Readiness, cancellation, HttpStatusCode.ServiceUnavailable);

    /// <summary>Closes its own connections; those of a caller stay.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            _http.Dispose();
        }
    }

    /// <summary>With an id a repeat is known as one. Ids that ascend are quicker to store than random ones.</summary>
    private static Payment Identified(Payment payment) => payment.TransactionId is null
        ? payment with { TransactionId = Guid.CreateVersion7().ToString("n") }
        : payment;

    private static HttpClient Connections(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        // With a slash at the end, or its last part would be taken for a file.
        var text = address.AbsoluteUri;
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(text.EndsWith('/') ? text : text + "/"),
            // Each attempt has its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
