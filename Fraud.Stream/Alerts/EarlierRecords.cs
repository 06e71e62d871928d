using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Sends what a program of before alerts came from pages had stored to be sent and had not sent, before anything else of its shards (rule 27 of
/// docs/decisions/0011). What was sent is removed, and the table with the last of it; then there is nothing left to do. One thread.
/// </summary>
public sealed class EarlierRecords(IEarlierOutbox outbox, ShardDirectory directory, RecordSender sender)
{
    // As many as fill a produce request.
    private const int AtOnce = 500;

    private bool _mayBeThere = true;

    /// <summary>Sends all that there is of the shards that are open here.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before.</exception>
    public void Send(CancellationToken stop)
    {
        while (_mayBeThere)
        {
            if (!outbox.Exists())
            {
                _mayBeThere = false;
                return;
            }

            var records = outbox.Read(directory.Open, AtOnce);
            if (records.Count == 0)
            {
                return;
            }

            sender.SendAll([.. records.Select(Outgoing)], stop);
            outbox.Remove([.. records.Select(static record => record.Id)]);
        }
    }

    private static OutgoingRecord Outgoing(EarlierRecord record) => new(
        record.IsAlert ? OutgoingKind.Alert : OutgoingKind.DeadLetter, record.Key, record.Value, record.Headers);
}
