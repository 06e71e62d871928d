namespace Fraud.Tests.Simulation;

// What left for Kafka (rules 9, 10 and 12).
internal sealed partial class Checker
{
    /// <summary>Of all that is in the journals it is stored that Kafka has it.</summary>
    public bool AreAlertsCaughtUp() => Enumerable.Range(0, shards).All(shard => store.Alerts.PositionOf(shard) == store.Head(shard).Sequence);

    public string DescribeAlerts() => string.Join(", ", Enumerable.Range(0, shards).Select(
        shard => $"shard {shard}: alerts up to {store.Alerts.PositionOf(shard)} of {store.Head(shard).Sequence}"));

    /// <summary>What is at or below the position is in the topic, whichever node dies now.</summary>
    private void CheckAlerts(int shard, CheckedJournal journal)
    {
        var position = store.Alerts.PositionOf(shard);
        if (position > store.Head(shard).Sequence)
        {
            throw new SimViolation($"shard {shard}: alerts up to {position}, head {store.Head(shard).Sequence}");
        }

        foreach (var (id, places) in journal.Places)
        {
            if (places[0].Sequence <= position && !alertsTopic.Contains(id))
            {
                throw new SimViolation($"shard {shard}: alerts up to page {position}, and Kafka has none of payment {id} in page {places[0].Sequence} (rule 10)");
            }
        }
    }
}
