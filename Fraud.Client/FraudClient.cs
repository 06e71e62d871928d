using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>
/// Asks a fraud scoring service. Thread-safe; make one and keep it. Each method is one operation of the service's OpenAPI
/// document and has its name; they stand together by feature. Refusals that may pass are tried again, see
/// <see cref="FraudClientOptions"/>; cancellation ends any wait at once.
/// </summary>
public sealed class FraudClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly bool _isOwn;

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
        : this(http, options, time, FraudJson.Default)
    {
    }

    internal FraudClient(HttpClient http, FraudClientOptions? options, TimeProvider? time, FraudJson json)
    {
        ArgumentNullException.ThrowIfNull(http);
        options ??= new FraudClientOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1, nameof(options));
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("BaseAddress: expected the address of the service", nameof(http));
        }

        _http = http;
        var exchange = new Exchange(http, options, json, time ?? TimeProvider.System);
        Scoring = new ScoringClient(exchange);
        Labels = new LabelsClient(exchange);
        Cases = new CasesClient(exchange);
        Alerts = new AlertsClient(exchange);
        Models = new ModelsClient(exchange);
        Registry = new RegistryClient(exchange);
        Inference = new InferenceClient(exchange);
        Training = new TrainingClient(exchange);
        Health = new HealthClient(exchange);
        Operations = new OperationsClient(exchange);
    }

    /// <summary>Scores of payments: one, many, or a stream of them.</summary>
    public ScoringClient Scoring { get; }

    /// <summary>What was found out about payments.</summary>
    public LabelsClient Labels { get; }

    /// <summary>Flagged payments, and what people decide about them.</summary>
    public CasesClient Cases { get; }

    /// <summary>Flagged payments as they come.</summary>
    public AlertsClient Alerts { get; }

    /// <summary>The models in service: what they are, how they compare, and whether payments drift.</summary>
    public ModelsClient Models { get; }

    /// <summary>The model registry, which clients of MLflow know.</summary>
    public RegistryClient Registry { get; }

    /// <summary>The models themselves, by the Open Inference Protocol.</summary>
    public InferenceClient Inference { get; }

    /// <summary>Trainings of new versions.</summary>
    public TrainingClient Training { get; }

    /// <summary>Whether the service is there and can score.</summary>
    public HealthClient Health { get; }

    /// <summary>For those who run the service, and for other systems: figures, cluster, audit log, webhooks.</summary>
    public OperationsClient Operations { get; }

    /// <summary>Closes its own connections; those of a caller stay.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            _http.Dispose();
        }
    }

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
