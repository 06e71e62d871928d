namespace Fraud.Model;

/// <summary>
/// One card payment as it was received. Instances are pooled and refilled, so nobody keeps one
/// beyond the batch that it travels in.
/// </summary>
/// <remarks>
/// Fields rather than properties: the texts are 64 bytes held in place, and readers take them by
/// reference.
/// </remarks>
public sealed class Transaction
{
    /// <summary>Length of the optional feature list (the columns of the card data set).</summary>
    public const int PayloadFeatures = 30;

    /// <summary>Idempotency key: a repeated id is the same payment.</summary>
    public ShortText Id;

    /// <summary>Card or customer, one card each; the key that shards and orders payments. Empty when unknown.</summary>
    public ShortText CardId;

    /// <summary>Terminal or merchant. Empty when unknown.</summary>
    public ShortText TerminalId;

    /// <summary>Where the payment came from: "online", "pos", ... Empty when unknown.</summary>
    public ShortText Source;

    /// <summary>Amount in minor units of <see cref="Currency"/> (cents); never negative.</summary>
    public long AmountMinor;

    public Currency Currency;

    /// <summary>When the payment happened, milliseconds since 1970-01-01 UTC.</summary>
    public long EventTimeMs;

    /// <summary>What it came without, as it was read.</summary>
    public FieldGaps Gaps;

    /// <summary>True when the sender gave the 30 features of the card data set.</summary>
    public bool HasPayload;

    private float[]? _payload;

    /// <summary>Room for the 30 features: Time, V1 to V28, Amount. Meaningful when <see cref="HasPayload"/>.</summary>
    public float[] Payload => _payload ??= new float[PayloadFeatures];

    /// <summary>Amount in units of <see cref="Currency"/>, as models see it.</summary>
    public float Amount => (float)((double)AmountMinor / Currency.MinorUnits);

    /// <summary>Makes another one like this.</summary>
    public void CopyTo(Transaction to)
    {
        to.Id = Id;
        to.CardId = CardId;
        to.TerminalId = TerminalId;
        to.Source = Source;
        to.AmountMinor = AmountMinor;
        to.Currency = Currency;
        to.EventTimeMs = EventTimeMs;
        to.Gaps = Gaps;
        to.HasPayload = HasPayload;
        if (HasPayload)
        {
            Payload.CopyTo(to.Payload, 0);
        }
    }

    public void Clear()
    {
        Id.Clear();
        CardId.Clear();
        TerminalId.Clear();
        Source.Clear();
        AmountMinor = 0;
        Currency = default;
        EventTimeMs = 0;
        HasPayload = false;
        Gaps = FieldGaps.None;
    }
}
