using System.Globalization;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Audit;
using Fraud.Stream.Events;
using Fraud.Stream.Storage;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Finds card numbers that a store holds from before they were kept out, and replaces them. Blocks.</summary>
public static class StoreScan
{
    // What other tables call a payment depends on what this one says, so it goes first.
    private static readonly string[] First = ["transaction_ids", "transactions"];

    /// <summary>Looks at every column of text or bytes. Changes nothing; a service may use the store meanwhile.</summary>
    /// <param name="progress">Told after each page of rows.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static ScanReport Look(StorageOptions options, Action<ScanProgress> progress, CancellationToken stop) => PostgresErrors.Guard(() =>
    {
        var columns = new List<ColumnReport>();
        foreach (var reader in Readers(options))
        {
            using var store = reader;
            var look = new StoreLook(store, progress, stop);
            foreach (var table in store.Tables())
            {
                columns.AddRange(look.Look(table));
            }
        }

        return new ScanReport(KindOf(options), columns, new Dictionary<string, long>(), Merged: 0);
    });

    /// <summary>Replaces what <see cref="Look"/> finds. May be ended at any time and run again.</summary>
    /// <param name="key">Of the tokens that the service makes.</param>
    /// <param name="at">For the audit log.</param>
    /// <param name="progress">Told after each page of rows.</param>
    /// <exception cref="StoreInUseException">A service has the store.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static ScanReport Mend(StorageOptions options, CardTokenKey key, DateTimeOffset at, Action<ScanProgress> progress, CancellationToken stop) =>
        PostgresErrors.Guard(() => MendAll(options, key, at, progress, stop));

    private static ScanReport MendAll(
        StorageOptions options, CardTokenKey key, DateTimeOffset at, Action<ScanProgress> progress, CancellationToken stop)
    {
        return MendAlone.Run(options, stores =>
        {
            var report = Mend(options, stores, key, progress, stop);
            if (report.Found > 0)
            {
                stores[0].Append(AuditEntry.New(
                    at, "fraud store scan --mend", "card numbers replaced", "store", string.Create(CultureInfo.InvariantCulture, $"{report.Found} values")));
            }

            foreach (var store in stores)
            {
                stop.ThrowIfCancellationRequested();
                store.Compact();
            }

            return report;
        });
    }

    private static ScanReport Mend(
        StorageOptions options, IReadOnlyList<IScannedStore> stores, CardTokenKey key, Action<ScanProgress> progress, CancellationToken stop)
    {
        var names = IdentifierNames.Of(key);
        var tables = stores[0].Tables().OrderBy(Place).ToList();
        var payments = new StoreMend(stores[0], names, cards: null, progress, stop);
        var columns = payments.Mend(tables[0]).ToList();

        names = names.With(stores[0].Session.Query(
            $"SELECT transaction_id FROM {tables[0].Name} WHERE transaction_id LIKE 'tok!_%!_2' ESCAPE '!'", static row => row.Text(0)));
        var cards = new CardsMend(stores[0], names, CardHistories.Of(stores[0], names));
        var others = new StoreMend(stores[0], names, cards, progress, stop);
        foreach (var table in tables.Skip(1))
        {
            MendAlone.Check(options, stores[0]);
            columns.AddRange(others.Mend(table));
        }

        foreach (var store in stores.Skip(1))
        {
            var events = new StoreMend(store, names, cards: null, progress, stop);
            columns.AddRange(store.Tables().SelectMany(events.Mend));
        }

        return new ScanReport(KindOf(options), columns, payments.Clashes.Concat(others.Clashes).ToDictionary(), cards.Joined);
    }

    private static int Place(StoreTable table) => Array.IndexOf(First, table.Name) is >= 0 and var place ? place : First.Length;

    internal static string KindOf(StorageOptions options) => options.Kind == StoreKind.Postgres ? "postgres" : "sqlite";

    private static IEnumerable<IScannedStore> Readers(StorageOptions options)
    {
        if (options.Kind == StoreKind.Postgres)
        {
            yield return PostgresErrors.Guard(() => new PostgresTables(options.Postgres));
            yield break;
        }

        yield return new SqliteTables(SqliteConnection.ForReading(options), File.Exists(options.JournalFile) ? options.JournalFile : null);
        if (EventsFile.PathOf(options) is var events && File.Exists(events))
        {
            yield return new SqliteTables(
                SqliteConnection.ForReading(options.ForFile(events)), journal: null);
        }
    }
}
