using Confluent.Kafka;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Ingest;

/// <content>Partitions that come and go with the group, the claims that follow them, and how far Kafka is told they are.</content>
public sealed partial class KafkaSource
{
    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> assigned)
    {
        var offsets = _keeper.Claim(assigned.Select(static partition => partition.Partition.Value), _options.DrainTimeout);
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in assigned)
        {
            var known = offsets.TryGetValue(partition.Partition.Value, out var next);
            _intakes[partition.Partition.Value] = new PartitionIntake(partition.Partition.Value, known ? next : -1);
            _counters.Stored(partition.Partition.Value, known ? next : 0);
            starts.Add(new TopicPartitionOffset(partition, known ? new Offset(next) : Offset.Beginning));
        }

        _counters.Partitions = _intakes.Count;
        IngestLog.Assigned(_log, string.Join(',', assigned.Select(static partition => partition.Partition.Value)));
        return starts;
    }

    private void Revoked(IConsumer<RecordKey, Payment> consumer, List<TopicPartitionOffset> revoked)
    {
        var leaving = revoked
            .Select(partition => _intakes.GetValueOrDefault(partition.Partition.Value))
            .OfType<PartitionIntake>()
            .ToArray();
        Drain(leaving, _abort);
        CommitForLagTools(consumer, force: true);
        Forget(revoked);
        if (!_abort.IsCancellationRequested)
        {
            _keeper.Revoked([.. leaving.Select(static intake => intake.Partition)], _options.DrainTimeout);
        }
    }

    private void Forget(List<TopicPartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            _counters.Forget(partition.Partition.Value);
            if (_intakes.Remove(partition.Partition.Value, out var intake))
            {
                _counters.PausedPartitions -= intake.IsPaused is true ? 1 : 0;
                intake.Restart(-1);
            }
        }

        _counters.Partitions = _intakes.Count;
    }

    /// <summary>Waits until what was read of the partitions is stored, or the deadline passes; then the store's offsets decide.</summary>
    private void Drain(IReadOnlyCollection<PartitionIntake> intakes, CancellationToken abort)
    {
        var started = _time.GetTimestamp();
        while (intakes.Any(intake => (IsOpen(intake) && !TryOfferAll(intake)) || _progress.InFlight(intake.Partition) > 0))
        {
            if (abort.IsCancellationRequested)
            {
                return;
            }

            if (_time.GetElapsedTime(started) > _options.DrainTimeout)
            {
                IngestLog.DrainDeadline(_log, _options.DrainTimeout);
                return;
            }

            _progress.WaitForChange(PausedPoll);
        }
    }

    /// <summary>
    /// Kafka says that the partition is ours, another node's claim says that it is not. One of the two is out of date:
    /// a node that is no member any more hears so within the session timeout, and who still is one then claims again.
    /// Without this a claim that comes late, from a node that stood still in between, leaves the shard to nobody.
    /// </summary>
    private void ClaimContested(IConsumer<RecordKey, Payment> consumer, PartitionIntake intake)
    {
        if (_keeper.Holds(intake.Partition))
        {
            intake.ContestedSince = 0;
            return;
        }

        if (intake.ContestedSince == 0)
        {
            intake.ContestedSince = _time.GetTimestamp();
        }
        else if (_time.GetElapsedTime(intake.ContestedSince) > _options.SessionTimeout)
        {
            var offsets = _keeper.Claim([intake.Partition], _options.DrainTimeout);
            var known = offsets.TryGetValue(intake.Partition, out var next);
            intake.Restart(known ? next : -1);
            consumer.Seek(new TopicPartitionOffset(
                _options.TransactionsTopic, intake.Partition, known ? new Offset(next) : Offset.Beginning));
            IngestLog.ClaimedAgain(_log, intake.Partition);
        }
    }

    private void CommitForLagTools(IConsumer<RecordKey, Payment> consumer, bool force)
    {
        if (!force && _time.GetElapsedTime(_lastCommit) < _options.CommitInterval)
        {
            return;
        }

        _lastCommit = _time.GetTimestamp();
        var stored = _progress.Watermarks().Where(watermark => _intakes.ContainsKey(watermark.Key)).ToArray();
        Array.ForEach(stored, watermark => _counters.Stored(watermark.Key, watermark.Value));
        var offsets = stored
            .Select(watermark => new TopicPartitionOffset(
                _options.TransactionsTopic, watermark.Key, watermark.Value))
            .ToArray();
        if (offsets.Length == 0)
        {
            return;
        }

        try
        {
            consumer.Commit(offsets);
        }
        catch (KafkaException error)
        {
            // Only lag tools look at these; the store holds the offsets that count.
            IngestLog.CommitFailed(_log, error.Error.Reason);
        }
    }
}
