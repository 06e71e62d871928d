using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Http.Stripe;

/// <summary>What payments were answered that are stored already, whatever card they named. Thread-safe.</summary>
internal sealed class KnownPayments(IFraudStore store, RowsToCome rows, TimeProvider time)
{
    /// <summary>Null when the payment is not stored.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or the payment's row is late.</exception>
    public async Task<Answer?> Find(ShortText id, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var arrived = time.GetUtcNow().ToUnixTimeMilliseconds();
        var stored = await rows.Find(
            id, () => Task.Run(() => store.Rows.ReadAnswer(id), cancellation), static answer => answer is not null, cancellation);
        if (stored is null)
        {
            return null;
        }

        var answer = new Answer
        {
            TransactionId = id,
            Score = stored.Score,
            Decision = stored.Decision,
            Reasons = stored.Reasons,
            ScoredBy = stored.ScoredBy,
            IsDuplicate = true,
        };
        answer.SetTime(arrived, time.GetElapsedTime(started).TotalMilliseconds);
        return answer;
    }
}
