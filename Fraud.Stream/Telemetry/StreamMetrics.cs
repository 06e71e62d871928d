using System.Diagnostics.Metrics;
using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Telemetry;

/// <summary>Every instrument of the graph: name, unit, description. Counters are added to once a batch.</summary>
public sealed class StreamMetrics : IDisposable
{
    public const string MeterName = "Fraud.Stream";

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _predictions;
    private readonly Counter<long> _models;
    private readonly Counter<long> _anomalies;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _commits;
    private readonly Counter<long> _storeFailures;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _score;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _stage;
    private readonly Histogram<int> _callSize;
    private readonly Histogram<double> _opened;
    private readonly Histogram<double> _released;
    private long _committedAt;
    private long _sent;
    private long _cardsDropped;

    public TimeProvider Time => _time;

    /// <param name="meters">Of the service that exports these; null where no one does.</param>
    public StreamMetrics(TimeProvider time, IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _time = time;
        _committedAt = time.GetTimestamp();
        Recent = new RecentPredictions(time);
        _predictions = _meter.CreateCounter<long>("fraud_predictions", null, "Payments scored, by decision and origin.");
        _models = _meter.CreateCounter<long>("fraud_model_predictions", null, "Payments scored, by the model and version that decided.");
        _anomalies = _meter.CreateCounter<long>("anomalies_detected", null, "Payments flagged for review or blocked.");
        _duplicates = _meter.CreateCounter<long>("fraud_duplicates", null, "Payments whose id was seen before; not scored or counted again.");
        _deadLetters = _meter.CreateCounter<long>("fraud_dead_letters", null, "Records that went to the dead letters, by reason.");
        _commits = _meter.CreateCounter<long>("fraud_store_commits", null, "Transactions that wrote results.");
        _storeFailures = _meter.CreateCounter<long>("fraud_store_failures", null, "Transactions that failed and were tried again.");
        _latency = _meter.CreateHistogram(
            "fraud_prediction_latency_seconds", null, "From a payment's arrival over HTTP or from Kafka to its stored result, at the node that scored it.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5],
            });
        _score = _meter.CreateHistogram(
            "fraud_score", null, "Fraud probability given.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
            });
        _commitDuration = _meter.CreateHistogram(
            "fraud_store_commit_seconds", null, "Duration of a transaction that writes results.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
            });
        _groupSize = _meter.CreateHistogram(
            "fraud_store_commit_payments", null, "Payments in a transaction.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = Sizes });
        _stage = _meter.CreateHistogram(
            "fraud_stage_seconds", null, "A stage's work on one group of payments, by stage.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
            });
        _callSize = _meter.CreateHistogram(
            "fraud_model_call_payments", null, "Payments that are scored together, in one call of each model that has some of them.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = Sizes });
        InstrumentAdvice<double> ofShards = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60] };
        _opened = _meter.CreateHistogram(
            "fraud_shard_open_seconds", null, "From the first attempt to claim a shard until it is served: claim and recovery.", advice: ofShards);
        _released = _meter.CreateHistogram(
            "fraud_shard_release_seconds", null, "From the request to give a shard back until nothing of it is left in the graph.", advice: ofShards);
    }

    /// <summary>The last payments scored, whatever their origin.</summary>
    public RecentPredictions Recent { get; }

    /// <summary>Since the last transaction that wrote results, or since the start.</summary>
    public TimeSpan CommitAge => _time.GetElapsedTime(Interlocked.Read(ref _committedAt));

    /// <summary>Alerts and dead letters that Kafka took since the start.</summary>
    public long RecordsSent => Interlocked.Read(ref _sent);

    /// <summary>Cards that left memory and store because they were silent for too long, since the start.</summary>
    public long DroppedCards => Interlocked.Read(ref _cardsDropped);

    /// <summary>Adds a value that is read when somebody asks for it.</summary>
    public void Observe(string name, string description, Func<double> value) =>
        _meter.CreateObservableGauge(name, value, null, description);

    /// <summary>Adds values, each with tags, that are read when somebody asks for them. A series that is no longer among them has ended.</summary>
    public void ObserveEach(string name, string description, Func<IEnumerable<Measurement<double>>> values) =>
        _meter.CreateObservableGauge(name, values, null, description);

    /// <summary>Adds a total that is read when somebody asks for it.</summary>
    public void ObserveTotal(string name, string description, Func<long> value) =>
        _meter.CreateObservableCounter(name, value, null, description);

    /// <summary>Adds totals, each with tags, that are read when somebody asks for them.</summary>
    public void ObserveTotals(string name, string description, Func<IEnumerable<Measurement<long>>> values) =>
        _meter.CreateObservableCounter(name, values, null, description);

    public void Scored(MicroBatch batch)
    {
        CountModels(batch.Payments);
        Span<int> decisions = stackalloc int[3];
        var duplicates = 0;
        foreach (var payment in batch.Payments)
        {
            switch (payment.State)
            {
                case PaymentState.Scored:
                    decisions[(int)payment.Decision]++;
                    _latency.Record(_time.GetElapsedTime(payment.ArrivedTimestamp).TotalSeconds);
                    _score.Record(payment.Score);
                    break;
                case PaymentState.Duplicate:
                    duplicates++;
                    break;
                case PaymentState.Undecodable:
                    // Few, and each for a reason of its own.
                    _deadLetters.Add(1, new KeyValuePair<string, object?>("reason", payment.DeadLetter!.Reason));
                    break;
                default:
                    break;
            }
        }

        Recent.Add(batch.Payments);
        var origin = batch.IsFromKafka ? "kafka" : "http";
        AddPredictions(decisions[(int)Decision.Approve], "approve", origin);
        AddPredictions(decisions[(int)Decision.Review], "review", origin);
        AddPredictions(decisions[(int)Decision.Block], "block", origin);
        AddTo(_anomalies, decisions[(int)Decision.Review] + decisions[(int)Decision.Block]);
        AddTo(_duplicates, duplicates);
    }

    public void Committed(IReadOnlyList<MicroBatch> group, TimeSpan duration)
    {
        var payments = 0;
        foreach (var batch in group)
        {
            payments += batch.Count;
        }

        Interlocked.Exchange(ref _committedAt, _time.GetTimestamp());
        _commits.Add(1);
        _commitDuration.Record(duration.TotalSeconds);
        _groupSize.Record(payments);
    }

    /// <summary>A stage with its time told for each group of payments.</summary>
    public Func<BatchGroup, BatchGroup> Timed(string stage, Func<BatchGroup, BatchGroup> run)
    {
        var tag = new KeyValuePair<string, object?>("stage", stage);
        return group =>
        {
            var started = _time.GetTimestamp();
            var result = run(group);
            if (result.Payments > 0)
            {
                _stage.Record(_time.GetElapsedTime(started).TotalSeconds, tag);
            }

            return result;
        };
    }

    /// <summary>So many payments go into one call of the model.</summary>
    public void ScoredTogether(int payments) => _callSize.Record(payments);

    public void ShardOpened(TimeSpan took) => _opened.Record(took.TotalSeconds);

    public void ShardReleased(TimeSpan took) => _released.Record(took.TotalSeconds);

    public void StoreFailed() => _storeFailures.Add(1);

    public void Sent(int records) => Interlocked.Add(ref _sent, records);

    public void CardsDropped(int cards) => Interlocked.Add(ref _cardsDropped, cards);

    public void Dispose() => _meter.Dispose();

    // Neighbours mostly share their model, so this adds once a batch.
    private void CountModels(ReadOnlySpan<Payment> payments)
    {
        ScoredBy? current = null;
        var count = 0;
        foreach (var payment in payments)
        {
            if (payment.State != PaymentState.Scored)
            {
                continue;
            }

            if (!ReferenceEquals(payment.ScoredBy, current))
            {
                AddModel(current, count);
                (current, count) = (payment.ScoredBy, 0);
            }

            count++;
        }

        AddModel(current, count);
    }

    private void AddModel(ScoredBy? by, int count)
    {
        if (by is not null && count > 0)
        {
            _models.Add(count, new("model", by.Model), new("version", by.Version));
        }
    }

    private void AddPredictions(int count, string decision, string origin)
    {
        if (count > 0)
        {
            _predictions.Add(count, new("decision", decision), new("origin", origin));
        }
    }

    private static void AddTo(Counter<long> counter, int count)
    {
        if (count > 0)
        {
            counter.Add(count);
        }
    }
}
