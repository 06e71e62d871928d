using System.Globalization;

namespace Fraud.Client;

/// <summary>What else is wanted of a score.</summary>
public sealed record PredictOptions
{
    /// <summary>True: reasons for approved payments too, and what each input of the model contributed. It costs a little more.</summary>
    public bool Explain { get; init; }

    /// <summary>
    /// Names this request, 1 to 255 visible characters: sent again with the same key, it gets the first answer to the byte. Null:
    /// none; the payment's own id is enough for being counted once.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// How long you wait; then the service answers 504, and finishes what it has counted all the same. Null: the service's own
    /// deadline, which is also the longest.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    internal string? TimeoutText => Timeout is { } timeout
        ? string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalMilliseconds:0.####}ms")
        : null;
}
