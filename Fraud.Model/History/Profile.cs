using Fraud.Model.Features;

namespace Fraud.Model.History;

/// <summary>
/// What is known of cards and terminals, and the features that follow from it. Training and serving use this
/// same code; there is no second implementation of a feature.
/// </summary>
/// <remarks>
/// Thread-safe. Cards belong to shards and are only where their shard is served; terminals are everywhere. Order of
/// one card's payments is the caller's business.
/// A payment sees what happened to its card at or before its own event time and reached the profile before it, and
/// what was stored of its terminal and is older than the label delay. So the order in which shards are read does
/// not change features, as long as they are less than the lateness apart.
/// </remarks>
public sealed class Profile
{
    private readonly ProfileOptions _options;
    private readonly long _retention;
    private readonly ShardCards?[] _shards;
    private readonly CardFeatures _cardFeatures;
    private readonly TerminalFeatures _terminalFeatures;

    /// <param name="shards">Number of shards; none is open at first.</param>
    public Profile(ProfileOptions options, int shards)
    {
        var delay = (long)options.LabelDelay.TotalSeconds;
        _options = options;
        _retention = (long)options.Reach.TotalSeconds;
        _shards = new ShardCards?[shards];
        _cardFeatures = new CardFeatures(delay);
        _terminalFeatures = new TerminalFeatures(delay);
        Terminals = new TerminalHistories(options, _retention);
    }

    public int Shards => _shards.Length;

    /// <summary>How far back from the newest payment anything is kept: as far as a feature looks, and the lateness.</summary>
    public TimeSpan Retention => TimeSpan.FromSeconds(_retention);

    public TerminalHistories Terminals { get; }

    public ProfileSize Size => new(
        Open().Sum(static shard => shard.Count), Open().Sum(static shard => shard.AwayCount), Terminals.Count);

    /// <summary>Ids of payments that are remembered.</summary>
    public int RecentIds => Open().Sum(static shard => shard.RecentCount);

    /// <summary>Empty cards of a shard, to fill and then give to <see cref="Open(int, ShardCards)"/>.</summary>
    public ShardCards NewCards() => new(_options, _retention);

    /// <summary>From now on the shard is served here.</summary>
    public void Open(int shard, ShardCards cards) => Volatile.Write(ref _shards[shard], cards);

    /// <summary>The shard is served elsewhere.</summary>
    public void Close(int shard) => Volatile.Write(ref _shards[shard], null);

    /// <summary>The cards of a shard that is open here, or null.</summary>
    public ShardCards? CardsOf(int shard) => Volatile.Read(ref _shards[shard]);

    /// <summary>
    /// Counts a payment for its card and fills its features, in the order of <see cref="FeatureCatalog"/>; unless it
    /// is repeated or its card is away, which leaves features and histories alone.
    /// For its terminal it counts when it is stored: <see cref="TerminalHistories.Add(in ShortText, long, long)"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The shard is not open here.</exception>
    public Observation Observe(int shard, Transaction payment, Span<float> features) => Observe(
        CardsOf(shard) ?? throw new InvalidOperationException($"shard {shard} is not open here"), payment, features, nowMs: 0);

    /// <inheritdoc cref="Observe(int, Transaction, Span{float})"/>
    /// <param name="cards">Of the payment's shard.</param>
    /// <param name="nowMs">When it came, milliseconds since 1970 UTC: so old is its id.</param>
    public Observation Observe(ShardCards cards, Transaction payment, Span<float> features, long nowMs)
    {
        var observation = cards.Observe(payment, features, _cardFeatures, nowMs);
        if (observation == Observation.Counted && !payment.TerminalId.IsEmpty)
        {
            Terminals.Fill(
                payment.TerminalId, features, payment.EventTimeMs / 1_000, payment.Currency.MinorUnits, _terminalFeatures);
        }

        return observation;
    }

    private IEnumerable<ShardCards> Open() => _shards.OfType<ShardCards>();
}

/// <summary>Keys that the profile holds.</summary>
/// <param name="Cards">In memory.</param>
/// <param name="CardsAway">Waiting in the store.</param>
public readonly record struct ProfileSize(int Cards, int CardsAway, int Terminals);
