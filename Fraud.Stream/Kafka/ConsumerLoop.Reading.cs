using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;

namespace Fraud.Stream.Kafka;

/// <content>What a turn does with the client.</content>
internal sealed partial class ConsumerLoop
{
    private void Read()
    {
        _client = _keeper.Current();
        if (_client is not { } client)
        {
            Wait(IdleWait);
            return;
        }

        PauseJoined(client, client.Match(_table));
        PauseAndResume(client);
        TellStored(client);
        _stalled.Look(_table.Assigned, _isPaused);
        if (_lanes.AreBlocked)
        {
            // A lane will take something in a moment, or be paused.
            Wait(LanePause.Grace);
            return;
        }

        Poll(client);
    }

    private void Poll(PartitionsClient client)
    {
        var wait = _lanes.Held > 0 ? HoldingWait : IdleWait;
        if (_lanes.AreIdle)
        {
            // No record can come; what can happen next wakes.
            Wait(IdleWait);
            wait = TimeSpan.Zero;
        }

        for (var taken = 0; taken < _batches.BatchCapacity; taken++)
        {
            var record = client.Consume(taken == 0 ? wait : TimeSpan.Zero, out var unreachable);
            if (unreachable is { } partition)
            {
                GoOnWhereTheLogIs(client, partition);
                return;
            }

            if (record is null)
            {
                return;
            }

            if (_table.Admit(record.Partition.Value, record.Offset.Value) is { } assigned)
            {
                Take(client, assigned, record);
            }
        }
    }

    private void Take(PartitionsClient client, AssignedPartition partition, ConsumeResult<RecordKey, Payment> record)
    {
        var payment = _reader.Complete(record);
        if (_reader.IsForeign(payment))
        {
            _counters.Foreign();
            if (!partition.SaidForeign)
            {
                partition.SaidForeign = true;
                PartitionsLog.Foreign(_log, partition.Partition, payment.KafkaOffset);
            }
        }

        client.Next = partition.Add(payment, _batches);
        _counters.Read();
        _keeper.Works();
    }

    private void GoOnWhereTheLogIs(PartitionsClient client, int number)
    {
        if (_table.Find(number) is not { } partition)
        {
            return;
        }

        var (start, end) = client.LogOf(partition);
        if (LogReach.Of(partition.Next, start, end) is not { } reach)
        {
            throw new KafkaException(new Error(
                ErrorCode.Local_AutoOffsetReset,
                $"Partition {number} has no offset {partition.Next}, but its log reaches from {start} to {end}"));
        }

        if (reach.EndsBefore)
        {
            PartitionsLog.LogEndsBefore(_log, _settings.Kafka.TransactionsTopic, number, partition.Next, end, start);
        }
        else if (reach.Missing > 0)
        {
            _counters.Gap(reach.Missing);
            PartitionsLog.Gap(_log, _settings.Kafka.TransactionsTopic, number, partition.Next, start);
        }

        partition.GoOnAt(reach.Start);
        client.Restart(partition);
        PauseJoined(client, [partition]);
    }

    // An assignment begins unpaused.
    private void PauseJoined(PartitionsClient client, IReadOnlyList<AssignedPartition> joined)
    {
        var paused = joined.Where(partition => _lanes.LaneOf(partition.Partition).IsPaused).ToArray();
        if (paused.Length > 0)
        {
            client.Pause(paused);
        }
    }

    private void PauseAndResume(PartitionsClient client)
    {
        var paused = 0;
        // Asked for by a full lane, which is none of them.
        var othersFlow = _lanes.AnyFlows;
        foreach (var lane in _lanes.Lanes)
        {
            switch (lane.Observe(othersFlow))
            {
                case true:
                    client.Pause(lane.Partitions);
                    break;
                case false:
                    client.Resume(lane.Partitions);
                    break;
            }

            paused += lane.IsPaused ? lane.Partitions.Count : 0;
        }

        _counters.PausedPartitions = paused;
    }
}
