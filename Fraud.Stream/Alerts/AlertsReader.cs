using Fraud.Stream.Ingest;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Follows the journals of the shards that are open on this node and sends the alerts and dead letters of their pages to Kafka: at least once, and
/// what is repeated has the same ids. Kafka being away stops nothing but the sending: pages wait in the journal. One thread.
/// </summary>
public sealed class AlertsReader(
    PageIntake intake, PendingRecords pending, AlertPositions positions, RecordSender sender, EarlierRecords earlier, ILogger<AlertsReader> log)
{
    // What is left when the service stops is in the journal for the next start.
    private static readonly TimeSpan LastSend = TimeSpan.FromSeconds(5);

    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!Step(stop))
                {
                    intake.Wait(stop);
                }

                if (!pending.IsFull)
                {
                    // For company: an acknowledgement takes much the same time, whatever it is of.
                    intake.Gather(stop);
                }

                intake.Succeeded();
            }
            catch (StoreUnavailableException error)
            {
                // What was taken and not acknowledged is read again.
                pending.Clear();
                intake.BeginAgain(error, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        SendRest();
    }

    /// <summary>Sends what there is, up to the bound. False when there was nothing.</summary>
    /// <remarks>
    /// What Kafka does not take, perhaps because one topic is missing, holds up no other record until so much of it waits that the bound is reached.
    /// </remarks>
    public bool Step(CancellationToken stop)
    {
        // Before shards are taken again: under their former claim what Kafka has is stored.
        Save();
        earlier.Send(stop);
        pending.NextRound();
        intake.Follow(Take);
        intake.Read(() => pending.IsFull || positions.IsFull, page => positions.Pages.Add(page, pending.Add(page)), stop);
        var anything = pending.Pages > 0 || pending.Records.Count > 0;
        if (pending.Records.Count > 0)
        {
            pending.Sent(sender.Send(pending.Records, stop), positions.Pages.Acknowledged);
        }

        foreach (var (shard, generation, position) in positions.Pages.All)
        {
            intake.Done(shard, generation, position);
        }

        // However long Kafka is away: what it has is stored, and shards that another node has are left.
        Save();
        if (pending.Records.Count > 0)
        {
            sender.Pause(stop);
        }
        else if (!anything)
        {
            intake.ForgetOthers();
        }

        return anything;
    }

    private long? Take(int shard, long generation)
    {
        // They are read again.
        pending.Drop(shard);
        return positions.Take(shard, generation);
    }

    private void Save()
    {
        foreach (var lost in positions.SaveIfDue([.. intake.Closed]))
        {
            intake.Leave(lost);
            pending.Drop(lost);
        }
    }

    private void SendRest()
    {
        using var limit = new CancellationTokenSource(LastSend);
        try
        {
            try
            {
                // Of shards that are closed by now the last pages may be in the journal alone.
                intake.Missed();
                while (Step(limit.Token))
                {
                }
            }
            finally
            {
                positions.Save();
            }
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            IngestLog.AlertsLeftBehind(log, intake.Behind, error.Message);
        }
    }
}
