using Fraud.Model;
using Fraud.Model.History;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Renames terminals in their snapshot, which is one set: written again in one transaction, as the service itself writes it.</summary>
internal static class TerminalsMend
{
    public const string Table = "terminal_snapshots";

    public static void Run(IScannedStore store, IReplacement replacement)
    {
        var chunks = store.Session.Query("SELECT payload FROM terminal_snapshots WHERE ordinal > 0 ORDER BY ordinal", static row => row.Blob(0));
        if (!chunks.Exists(chunk => StoredHistories.AnyTerminal(chunk, id => replacement.Holds(IdentifierKind.Other, id))))
        {
            return;
        }

        var renamed = StoredHistories.RenameTerminals(chunks, id => replacement.Holds(IdentifierKind.Other, id) ? ShortText.From(replacement.NameOf(IdentifierKind.Other, id.ToString())) : id);
        store.Change(Table, () =>
        {
            store.Session.Run("DELETE FROM terminal_snapshots WHERE ordinal > 0");
            for (var i = 0; i < renamed.Count; i++)
            {
                store.Session.Run("INSERT INTO terminal_snapshots (ordinal, payload) VALUES (?1, ?2)", (long)i + 1, renamed[i]);
            }
        });
    }
}
