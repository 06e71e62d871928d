namespace Fraud.Faults.Checking;

/// <summary>A result as it stands in the store.</summary>
/// <param name="Decision">0 approve, 1 review, 2 block.</param>
/// <param name="KafkaOffset">Null when it came over HTTP.</param>
/// <param name="Model">Name and version.</param>
/// <param name="Reasons">How many.</param>
public sealed record StoredResult(
    string Id,
    int Shard,
    string CardId,
    string TerminalId,
    long AmountMinor,
    long EventTimeMs,
    float Score,
    int Decision,
    float[] Features,
    long? KafkaOffset,
    string Currency,
    string Source,
    string Model,
    int Reasons)
{
    public bool IsFlagged => Decision != 0;
}
