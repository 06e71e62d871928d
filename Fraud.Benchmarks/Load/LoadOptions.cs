namespace Fraud.Benchmarks.Load;

/// <summary>A load: how many requests, how fast, over how many connections.</summary>
public sealed record LoadOptions
{
    /// <summary>Address of the endpoint, http only.</summary>
    public required Uri Address { get; init; }

    /// <summary>Requests a second, at fixed times; 0 sends the next as soon as one is answered.</summary>
    public double Rate { get; init; } = 1_000;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Before that, requests at the same rate that no figure counts: code that runs for the first time is slow on both sides.</summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Rates that change; null: <see cref="Rate"/> all the time. Where there are phases, rate and duration are theirs.</summary>
    public IReadOnlyList<LoadPhase>? Phases { get; init; }

    /// <summary>Connections, each with one request at a time. Requests that find none free wait, and the wait counts.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Longest wait for an answer, and for the last ones after the end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Cards that the payments are spread over.</summary>
    public int Cards { get; init; } = 10_000;

    /// <summary>Sent as X-API-Key; null: none is.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether to look which model version each answer names.</summary>
    public bool CountVersions { get; init; }

    /// <summary>Body of each request, in which {id} and {card} are replaced; null is a payment.</summary>
    public byte[]? Body { get; init; }
}
