using System.Collections.Concurrent;
using System.Globalization;
using Fraud.Model;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Stream.Support;

/// <summary>The graph as the service runs it, without a web server: the shipped model, a broker, a store that can be hooked.</summary>
internal sealed class GraphHost : IAsyncDisposable
{
    private readonly TempFolder _events = new();
    private readonly IHost _host;

    public GraphHost(Topics topics, HookedStore store, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:BootstrapServers"] = topics.Address,
            ["Kafka:Partitions"] = "2",
            ["Kafka:SessionTimeout"] = "00:00:02",
            ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
            ["Overload:RatePerSecond"] = "0",
            ["CardNumbers:TokenKey"] = TestTokenKey.Hex,
            // The store is the test's, wherever its file is.
            ["Storage:EventsFile"] = _events.File("events.db"),
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(static pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)));
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<IFraudStore>(store);
        builder.Services.AddFraudStream(builder.Configuration);
        _host = builder.Build();
    }

    public RecordingLog Log { get; } = new();

    public AdmissionGate Gate => _host.Services.GetRequiredService<AdmissionGate>();

    public SourceCounters Source => _host.Services.GetRequiredService<SourceCounters>();

    public GraphStatus Status => _host.Services.GetRequiredService<GraphStatus>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static HookedStore Sqlite(TempFolder folder) => new(new SqliteStore(
        new StorageOptions { SqliteFile = folder.File("fraud.db") }, Topics.Transactions, TimeProvider.System));

    /// <summary>The histories of the graph that runs now.</summary>
    public ShardHistories Histories => Status.Current!.Histories;

    public NodeIdentity Node => Get<NodeIdentity>();

    /// <summary>Starts, and waits until every shard is served that is to be served here.</summary>
    public async Task<GraphHost> Start()
    {
        await _host.StartAsync();
        await Serves();
        return this;
    }

    /// <summary>Waits until the graph runs, and on a node alone all shards are open.</summary>
    public Task Serves() => Poll.Until(() =>
        Gate.IsOpen && Status.IsReady(out _) && (Get<IFraudStore>().IsShared || Directory.Open.Count == Directory.Shards));

    public ShardDirectory Directory => Get<ShardDirectory>();

    /// <summary>Shards that this node serves now.</summary>
    public IReadOnlyList<int> Served => Directory.Open;

    /// <summary>Drains and stops.</summary>
    public Task Stop() => _host.StopAsync().WaitAsync(Topics.Deadline);

    /// <summary>Hands in a payment as the front door does; waits for its answer with <see cref="PendingAnswer.Answered"/>.</summary>
    public PendingAnswer Submit(string id, string card, string terminal = "terminal-1", long amountMinor = 1_250, long atMs = 1_700_000_000_000)
    {
        var payment = Gate.Rent();
        payment.Transaction.Id = ShortText.From(id);
        payment.Transaction.CardId = ShortText.From(card);
        payment.Transaction.TerminalId = ShortText.From(terminal);
        payment.Transaction.AmountMinor = amountMinor;
        payment.Transaction.Currency = Currency.Euro;
        payment.Transaction.EventTimeMs = atMs;
        var answer = new PendingAnswer(Gate);
        payment.Reply = answer;
        answer.Admission = Gate.TryAdmit("test", [payment]);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        // The store is the test's; the container did not make it and does not dispose of it.
        _host.Dispose();
        _events.Dispose();
    }
}

/// <summary>What the front door waits for.</summary>
internal sealed class PendingAnswer(AdmissionGate gate) : IPaymentReply
{
    private readonly TaskCompletionSource<ScoredAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Admission Admission { get; set; }

    public Task<ScoredAnswer> Answered => _answered.Task.WaitAsync(Topics.Deadline);

    public void Complete(Payment payment)
    {
        gate.Answered(1);
        _answered.SetResult(new ScoredAnswer(payment.Score, payment.ScoredBy!.Version, [.. payment.Features]));
    }

    public void Fail(Payment payment, Exception error)
    {
        gate.Answered(1);
        _answered.SetException(error);
    }
}

internal sealed record ScoredAnswer(float Score, string ModelVersion, float[] Features);

/// <summary>Keeps the messages.</summary>
internal sealed class RecordingLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _entries = new();

    public IEnumerable<string> Of(int eventId) => _entries.Where(entry => entry.Id == eventId).Select(static entry => entry.Text);

    /// <summary>Errors, and what Kestrel says of a connection in which it lost its place.</summary>
    public IEnumerable<string> Troubles => _entries
        .Where(static entry => entry.Level >= LogLevel.Error || entry.Text.Contains("ended abnormally", StringComparison.Ordinal))
        .Select(static entry => entry.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, logLevel, string.Create(CultureInfo.InvariantCulture, $"{formatter(state, exception)} {exception?.InnerException?.Message}")));

    public void Dispose()
    {
    }
}
