using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Lets who asks for a payment by its id see it as soon as it was answered, whichever node answered it: its page is committed, and its row is
/// waited for (rule 17 of docs/decisions/0011). Thread-safe.
/// </summary>
public sealed class RowsToCome(IFraudStore store, ReadModelOptions options, TimeProvider time)
{
    private const int PagesAtOnce = 100;

    // Rows are some milliseconds behind; by so much more they are late, and a question reads no more of the journal than that.
    private const int MostLooks = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly RefusedRowQueries _parked = new(store.Database);

    /// <summary>Asks, and asks again while the payment has a page and no row.</summary>
    /// <param name="ask">Asks the rows.</param>
    /// <param name="isFound">Whether an answer is one.</param>
    /// <returns>The last answer.</returns>
    /// <exception cref="StoreUnavailableException">The payment is stored, and its row did not come in time.</exception>
    /// <exception cref="RowRefusedException">The payment is stored, and the database refused its row.</exception>
    public async Task<T> Find<T>(ShortText id, Func<Task<T>> ask, Func<T, bool> isFound, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isFound(answer))
            {
                return answer;
            }

            if (!await Task.Run(() => IsToCome(id), stop))
            {
                // It may have come between the two.
                answer = await ask();
                return isFound(answer) || !await Task.Run(() => IsParked(id), stop) ? answer : throw RowRefusedException.Instance;
            }

            if (time.GetElapsedTime(started) >= options.ReadWait)
            {
                throw new StoreUnavailableException("The payment is stored, and its row is still to come.", new TimeoutException());
            }

            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>Whether a payment is in a page whose rows are not written. Blocks. Also true where there are too many pages to look through.</summary>
    public bool IsToCome(in ShortText id)
    {
        var written = store.Rows.ReadPositions();
        var after = store.ReadHeads().Where(head => head.Sequence > written.GetValueOrDefault(head.Shard))
            .ToDictionary(static head => head.Shard, head => written.GetValueOrDefault(head.Shard));
        for (var look = 0; look < MostLooks; look++)
        {
            var pages = after.Count > 0 ? store.ReadJournals(after, PagesAtOnce) : [];
            if (pages.Count == 0)
            {
                return false;
            }

            foreach (var page in pages)
            {
                if (Has(page.Payload, id))
                {
                    return true;
                }

                after[page.Shard] = page.Sequence;
            }
        }

        return true;
    }

    private bool IsParked(in ShortText id) => _parked.Find(id.ToString()) is not null;

    private static bool Has(ReadOnlySpan<byte> bytes, in ShortText id)
    {
        var page = new PageReader(bytes);
        while (page.Read())
        {
            if (page.Payment.Id == id && !page.Payment.IsBare)
            {
                return true;
            }
        }

        return false;
    }
}
