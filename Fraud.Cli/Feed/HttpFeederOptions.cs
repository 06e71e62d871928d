namespace Fraud.Cli.Feed;

/// <summary>Where and how a feed goes to the service's HTTP address.</summary>
public sealed record HttpFeederOptions
{
    public required Uri Address { get; init; }

    public int Connections { get; init; } = 8;

    /// <summary>Payments in a request at most; 1 sends each to /predict, more sends arrays to /predict/batch.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Send again what was shed, after the time that the answer asks for.</summary>
    public bool Retry { get; init; }
}
