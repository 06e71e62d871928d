namespace Fraud.Model.CardNumbers;

/// <summary>Keeps card numbers out of everything that comes in, by the settings. Thread-safe; identifiers allocate nothing.</summary>
public sealed class CardNumberGuard
{
    /// <summary>What an error about a refused identifier expected.</summary>
    public const string Expected = "a token that stands for the card, not a card number";

    /// <summary>What an error about a refused text expected.</summary>
    public const string TextExpected = "a text without card numbers";

    private readonly CardNumberOptions _options;
    private readonly CardTokens? _tokens;
    private long _refused;
    private long _replaced;
    private long _masked;

    /// <summary>Lets everything through: for what reads its own records.</summary>
    public static CardNumberGuard Off { get; } = new(
        new CardNumberOptions { CardIds = CardNumberPolicy.Allow, OtherIds = CardNumberPolicy.Allow, Texts = CardNumberPolicy.Allow }, key: null);

    /// <param name="options">Which fields take what.</param>
    /// <param name="key">Key of the tokens. Without one nothing can be replaced, and is refused instead.</param>
    public CardNumberGuard(CardNumberOptions options, CardTokenKey? key)
    {
        _options = options;
        _tokens = key is null ? null : new CardTokens(key);
    }

    /// <summary>Identifiers that were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Identifiers that became a token.</summary>
    public long Replaced => Interlocked.Read(ref _replaced);

    /// <summary>Texts in which digits were hidden.</summary>
    public long Masked => Interlocked.Read(ref _masked);

    /// <summary>A card or customer, as it may be kept.</summary>
    /// <returns>False when it is refused.</returns>
    public bool TryCard(ref ShortText id) => TryId(ref id, _options.CardIds);

    /// <summary>A payment or terminal, as it may be kept.</summary>
    /// <returns>False when it is refused.</returns>
    public bool TryOther(ref ShortText id) => TryId(ref id, _options.OtherIds);

    /// <summary>An identifier of any length that only tells repeats, such as an event's: a token where it may hold a card number.</summary>
    public string Id(string id)
    {
        if (_options.OtherIds == CardNumberPolicy.Allow || !CardNumberDetector.Contains(id, CardNumberReach.InsideGroups))
        {
            return id;
        }

        Interlocked.Increment(ref _replaced);
        return _tokens?.Of(id) ?? CardMask.Apply(id);
    }

    /// <summary>A short text, as it may be kept.</summary>
    /// <returns>False when it is refused.</returns>
    public bool TryText(ref ShortText text)
    {
        switch (_options.Texts)
        {
            case CardNumberPolicy.Allow:
                return true;
            case CardNumberPolicy.Refuse when CardNumberDetector.Contains(text.Utf8, CardNumberReach.InsideGroups):
                Interlocked.Increment(ref _refused);
                return false;
            default:
                if (CardMask.Apply(ref text))
                {
                    Interlocked.Increment(ref _masked);
                }

                return true;
        }
    }

    /// <summary>A text, as it may be kept: the same instance when there is nothing to hide.</summary>
    /// <returns>Null when it is refused.</returns>
    public string? Text(string text)
    {
        if (_options.Texts == CardNumberPolicy.Allow || !CardNumberDetector.Contains(text, CardNumberReach.InsideGroups))
        {
            return text;
        }

        if (_options.Texts == CardNumberPolicy.Refuse)
        {
            Interlocked.Increment(ref _refused);
            return null;
        }

        Interlocked.Increment(ref _masked);
        return CardMask.Apply(text);
    }

    /// <summary>Hides the numbers of a record's key that is kept as it came, in place. Nothing is refused here.</summary>
    public byte[] HideKey(byte[] key) => Hide(key, CardNumberReach.InsideGroups);

    /// <summary>As <see cref="HideKey"/>, a record's value, which may hold many decimal numbers.</summary>
    public byte[] Hide(byte[] record) => Hide(record, CardNumberReach.Records);

    private byte[] Hide(byte[] record, CardNumberReach reach)
    {
        if (_options.Texts != CardNumberPolicy.Allow && CardMask.Apply(record, reach))
        {
            Interlocked.Increment(ref _masked);
        }

        return record;
    }

    /// <summary>As <see cref="HideKey"/>, a text, such as an error that may quote what came in.</summary>
    public string Hide(string text) => _options.Texts == CardNumberPolicy.Allow ? text : CardMask.Apply(text);

    private bool TryId(ref ShortText id, CardNumberPolicy policy)
    {
        if (policy == CardNumberPolicy.Allow || !CardNumberDetector.Contains(id.Utf8, CardNumberReach.InsideGroups))
        {
            return true;
        }

        // One in ten numbers has a valid check digit, and many an identifier as many digits as a card: only what can hardly
        // be anything else is refused, and the rest is kept as a token.
        if (_tokens is null || (policy == CardNumberPolicy.Refuse && CardNumberDetector.IsCardNumber(id.Utf8)))
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        _tokens.Replace(ref id);
        Interlocked.Increment(ref _replaced);
        return true;
    }
}
