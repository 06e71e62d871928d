namespace Fraud.Model.History;

/// <summary>What <see cref="ShardCards.Capture"/> found.</summary>
public sealed record CapturedCards(
    IReadOnlyList<KeyValuePair<ShortText, byte[]>> Changed, IReadOnlyList<ShortText> Expired);
