using System.Globalization;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Audit;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.State;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Erasure;

/// <summary>
/// Erases a card: in every place of a store its identifier becomes a random token, and times, amounts and terminals stay, so that counts stay
/// true (rule 31 of docs/decisions/0011). Blocks.
/// </summary>
public static class StorePurge
{
    /// <remarks>
    /// All is replaced in one transaction, or nothing: half of it under one token and half under another would be two cards. What is replaced is
    /// read and written a page of rows at a time.
    /// </remarks>
    /// <param name="card">As it is stored, or as it was sent.</param>
    /// <param name="key">Of the tokens that the service makes of card numbers; the audit log names the card by it.</param>
    /// <param name="at">For the audit log.</param>
    /// <param name="progress">Told after each page of rows.</param>
    /// <exception cref="StoreInUseException">A service has the store.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static ScanReport Purge(
        StorageOptions options, string card, CardTokenKey key, DateTimeOffset at, Action<ScanProgress> progress, CancellationToken stop) =>
        PostgresErrors.Guard(() => MendAlone.Run(options, stores =>
        {
            var store = stores[0];
            var tokens = new CardTokens(key);
            var report = Replace(options, store, Of(store, card, tokens), progress, stop);
            if (report.Found > report.NotReplaced)
            {
                store.Append(AuditEntry.New(
                    at, "fraud store purge", "card erased", tokens.FingerprintOf(card),
                    string.Create(CultureInfo.InvariantCulture, $"{report.Found - report.NotReplaced} values")));
            }

            store.Compact(report.Columns.Where(static column => column.Found > 0).Select(static column => column.Table).ToHashSet(StringComparer.Ordinal));
            return report;
        }));

    /// <summary>Whether notes, the audit log and records are searched for the card as a word.</summary>
    public static bool SearchesTexts(string card) => ErasedCard.IsDistinctive(card);

    private static ErasedCard Of(IScannedStore store, string card, CardTokens tokens)
    {
        // As many as heads: a service claims each shard at its first start.
        var shards = store.Session.Query("SELECT CAST(coalesce(max(shard), 0) + 1 AS bigint) FROM shards", static row => row.Integer(0))[0];
        // What holds a card number is stored as its token.
        return new ErasedCard(IdentifierNames.HoldsNumber(card) ? [tokens.Of(card), card] : [card], new ShardRouter((int)shards));
    }

    private static ScanReport Replace(
        StorageOptions options, IScannedStore store, ErasedCard erased, Action<ScanProgress> progress, CancellationToken stop)
    {
        var columns = new List<ColumnReport>();
        store.Together(() =>
        {
            var mend = new StoreMend(store, erased, cards: null, progress, stop);
            foreach (var table in store.Tables())
            {
                MendAlone.Check(options, store);
                columns.AddRange(mend.Mend(table));
            }
        });
        return new ScanReport(StoreScan.KindOf(options), columns, new Dictionary<string, long>(), Merged: 0);
    }
}
