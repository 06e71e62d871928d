using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Answers payments over HTTP that were sent again as their firsts were, which are stored by now: from the journal, which keeps its pages for as
/// long as ids are remembered, or from the rows.
/// </summary>
/// <remarks>Blocks; one group at a time. Waits for a store that is away.</remarks>
/// <param name="stop">Ends the wait.</param>
public sealed class RepeatSink(
    IFraudStore store, PersistenceOptions options, ReplySink replies, ILogger<RepeatSink> log, CancellationToken stop)
{
    private readonly Backoff _backoff = new(options.RetryMin, options.RetryMax);

    public void Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            if (batch.HasRepeats)
            {
                Answer(batch, group);
            }
        }

        group.Release();
    }

    private void Answer(MicroBatch batch, BatchGroup group)
    {
        foreach (var payment in batch.Payments)
        {
            if (!payment.IsUnansweredRepeat)
            {
                continue;
            }

            if (Find(payment) is { } answer)
            {
                answer.GiveTo(payment);
                replies.Answer(payment, group);
            }
            else
            {
                StreamLog.RepeatUnanswered(log, payment.Shard);
                replies.Fail(payment, RepeatUnansweredException.Instance, "it was sent again, and its first answer is kept no more");
            }
        }

        replies.Told(batch);
    }

    private StoredAnswer? Find(Payment payment)
    {
        while (true)
        {
            try
            {
                var answer = (payment.FirstPlace == 0 ? null : FromJournal(payment)) ?? store.Rows.ReadAnswer(payment.Transaction.Id);
                _backoff.Reset();
                return answer;
            }
            catch (StoreUnavailableException error)
            {
                var wait = _backoff.Next();
                StreamLog.StoreUnavailable(log, wait, error);
                stop.WaitHandle.WaitOne(wait);
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    private StoredAnswer? FromJournal(Payment payment)
    {
        var place = JournalPlace.Unpack(payment.FirstPlace);
        foreach (var stored in store.ReadJournal(payment.Shard, place.Sequence - 1, 1))
        {
            if (stored.Sequence == place.Sequence)
            {
                return FromPage(stored.Payload, place.Ordinal, payment.Transaction.Id);
            }
        }

        return null;
    }

    private static StoredAnswer? FromPage(ReadOnlySpan<byte> bytes, int ordinal, in ShortText id)
    {
        var page = new PageReader(bytes);
        while (page.Read())
        {
            // Known by a hash: another id at the place is none of ours.
            if (page.Ordinal == ordinal && page.Payment.Id == id && page.ScoredBy is { } by)
            {
                return new StoredAnswer(page.Payment.Score, page.Payment.Decision, page.Reasons(), by);
            }
        }

        return null;
    }
}

/// <summary>A payment was sent again, and what its first was answered is kept no more.</summary>
public sealed class RepeatUnansweredException() : Exception("The payment was scored before, and what it was answered is kept no more.")
{
    public static RepeatUnansweredException Instance { get; } = new();
}
