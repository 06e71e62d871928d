namespace Fraud.Faults.Feed;

/// <summary>How many payments a scenario feeds, and how.</summary>
public sealed record InputShape
{
    public int History { get; init; } = 2_000;

    public int Stream { get; init; } = 8_000;

    /// <summary>Payments of the stream a second.</summary>
    // A third of what three nodes, their store and this feed on two cores can take: the backlog of a fault is worked off.
    public double Rate { get; init; } = 1_000;

    /// <summary>Part of the stream that comes in over HTTP, at any node.</summary>
    public double HttpShare { get; init; } = 0.15;

    /// <summary>Every payment of the stream is sent twice through Kafka, the second time out of order, and over HTTP besides.</summary>
    public bool Twice { get; init; }

    /// <summary>The same, with what still spans a fault of a few seconds.</summary>
    public InputShape Shortened() => this with { History = Math.Min(History, 1_000), Stream = Math.Min(Stream, (int)(4 * Rate)) };

    /// <summary>So many payments of the stream are sent a second time, through Kafka and so long after the first.</summary>
    public int Late { get; init; }

    public TimeSpan LateBy { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Records among the stream that nobody can decode.</summary>
    public int Unreadable { get; init; }

    /// <summary>Payments among the stream that the model throws for (<see cref="PoisonModel"/>), as many through Kafka as over HTTP.</summary>
    public int Poison { get; init; }
}
