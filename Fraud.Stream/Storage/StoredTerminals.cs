using System.Text.Json;

namespace Fraud.Stream.Storage;

/// <summary>A row of the terminals' snapshot: the first says what it contains, the others are its chunks.</summary>
/// <param name="Positions">JSON; null in all rows but the first.</param>
internal readonly record struct StoredTerminals(long Labels, string? Positions, byte[] Payload)
{
    /// <summary>Null when there are no rows.</summary>
    public static TerminalSnapshot? Join(IEnumerable<StoredTerminals> rows)
    {
        TerminalSnapshot? snapshot = null;
        var chunks = new List<byte[]>();
        foreach (var row in rows)
        {
            if (row.Positions is null)
            {
                chunks.Add(row.Payload);
            }
            else
            {
                snapshot = new TerminalSnapshot(
                    JsonSerializer.Deserialize<Dictionary<int, long>>(row.Positions)!, row.Labels, chunks);
            }
        }

        return snapshot;
    }
}
