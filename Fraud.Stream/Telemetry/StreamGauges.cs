using System.Diagnostics.Metrics;
using Fraud.Model.CardNumbers;
using Fraud.Stream.FanOut;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;

namespace Fraud.Stream.Telemetry;

/// <summary>Values that are read when metrics are asked for.</summary>
public sealed class StreamGauges
{
    public StreamGauges(
        StreamMetrics metrics, AdmissionGate gate, KafkaPace pace, SourceCounters source, GraphStatus status, PartitionEnds ends, PoisonSuspects poison,
        CardNumberGuard cards, JournalFeeds feeds)
    {
        metrics.Observe("fraud_http_in_flight", "Payments over HTTP that wait for their answer.", () => gate.InFlight);
        metrics.Observe("fraud_http_waiting", "Payments over HTTP that wait for a lane.", () => status.Current?.HttpWaiting ?? 0);
        metrics.Observe("fraud_kafka_batches_waiting", "Batches read from Kafka that wait for a lane.", () => status.Current?.Kafka.Waiting ?? 0);
        metrics.ObserveTotal("fraud_http_admitted", "Payments that the gate admitted.", () => gate.Admitted);
        metrics.ObserveTotal("fraud_http_shed", "Payments refused because the node was full or not running.", () => gate.Shed);
        metrics.ObserveTotal("fraud_http_rate_limited", "Payments refused because their client sent too many.", () => gate.RateLimited);
        metrics.ObserveTotal("fraud_http_expired", "Payments whose caller's deadline passed before they were counted.", () => gate.Expired);
        metrics.ObserveTotal("fraud_http_payments_made", "Payments made because the pool had none.", () => gate.Made);
        metrics.ObserveTotal("fraud_kafka_records", "Records read from the transactions topic.", () => source.RecordsRead);
        metrics.ObserveTotal("fraud_kafka_records_missing", "Records gone from the broker's log before they were read.", () => source.RecordsMissing);
        metrics.ObserveTotal("fraud_kafka_records_foreign", "Records whose card belongs to another partition than the one that they were in: producers place cards otherwise than the service.", () => source.ForeignCards);
        metrics.Observe("fraud_kafka_partitions", "Partitions that this node reads.", () => source.Partitions);
        metrics.Observe("fraud_kafka_partitions_paused", "Partitions that wait for their lane.", () => source.PausedPartitions);
        metrics.Observe("fraud_kafka_pace", "Payments a second that are taken from Kafka at most, because payments over HTTP take too long; +Inf: no limit.", () => pace.Limit);
        metrics.Observe("fraud_graph_running", "1 while the graph runs and no shard recovers; 0 while it starts, drains or restarts.", () => status.IsReady(out _) ? 1 : 0);
        metrics.ObserveTotals("fraud_poison_payments", "Payments refused because the graph failed with each of them alone, by origin.", () =>
        [
            new Measurement<long>(poison.FromKafka, new KeyValuePair<string, object?>("origin", "kafka")),
            new Measurement<long>(poison.OverHttp, new KeyValuePair<string, object?>("origin", "http")),
        ]);
        metrics.ObserveTotals("fraud_card_numbers", "Fields that held a card number, or what looks like one: refused, replaced by a token, or masked.", () =>
        [
            new Measurement<long>(cards.Refused, new KeyValuePair<string, object?>("outcome", "refused")),
            new Measurement<long>(cards.Replaced, new KeyValuePair<string, object?>("outcome", "replaced")),
            new Measurement<long>(cards.Masked, new KeyValuePair<string, object?>("outcome", "masked")),
        ]);
        metrics.Observe("fraud_store_commit_age_seconds", "Since the last transaction that wrote results, or since the start.", () => metrics.CommitAge.TotalSeconds);
        metrics.Observe("fraud_rows_behind_payments", "Payments that this node committed and that have no row yet.", () => feeds.Results.Lag.Payments);
        metrics.Observe("fraud_rows_behind_seconds", "How long the page waits for its rows that waits longest.", () => feeds.Results.Lag.Age.TotalSeconds);
        metrics.ObserveTotal("fraud_rows_refused", "Payments whose rows the database refused and that this node parked.", () => feeds.Results.Refused.Refused);
        metrics.Observe("fraud_rows_parked", "Payments that are parked in the database because it refused their rows, whichever node parked them.", () => feeds.Results.Refused.Parked);
        metrics.Observe("fraud_profile_recent_ids", "Ids of payments that are remembered, so that one that comes again is counted once.", () => status.Current?.Histories.Profile.RecentIds ?? 0);
        metrics.Observe("fraud_alerts_behind_payments", "Payments that this node committed and whose alerts, if there are any, Kafka has not acknowledged.", () => feeds.Alerts.Lag.Payments);
        metrics.Observe("fraud_alerts_behind_seconds", "How long the page waits for Kafka to have its alerts and dead letters that waits longest.", () => feeds.Alerts.Lag.Age.TotalSeconds);
        metrics.ObserveTotal("fraud_alerts_sent", "Alerts and dead letters that Kafka took.", () => metrics.RecordsSent);
        metrics.Observe("fraud_profile_cards", "Cards in the profile.", () => status.Current?.Histories.Profile.Size.Cards ?? 0);
        metrics.Observe("fraud_profile_cards_away", "Cards that wait in the store.", () => status.Current?.Histories.Profile.Size.CardsAway ?? 0);
        metrics.ObserveTotal("fraud_profile_cards_dropped", "Cards dropped from memory and store because they paid nothing for longer than features look back.", () => metrics.DroppedCards);
        metrics.Observe("fraud_profile_terminals", "Terminals in the profile.", () => status.Current?.Histories.Profile.Size.Terminals ?? 0);
        metrics.ObserveEach("fraud_shard_lag", "Records of a shard of this node that are in Kafka and not yet stored.", () => Lags(source, ends));
    }

    private static IEnumerable<Measurement<double>> Lags(SourceCounters source, PartitionEnds ends)
    {
        foreach (var (partition, next) in source.NextOffsets)
        {
            if (ends.EndOf(partition) is { } end)
            {
                // The end is up to a second older than the offset.
                yield return new Measurement<double>(Math.Max(0, end - next), new KeyValuePair<string, object?>("shard", partition));
            }
        }
    }
}
