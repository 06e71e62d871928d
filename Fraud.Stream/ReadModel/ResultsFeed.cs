namespace Fraud.Stream.ReadModel;

/// <summary>What passes between the commits of a node and the reader that writes rows behind them.</summary>
/// <param name="MaxBehind">Payments without a row from which on no more are taken in (rule 11 of docs/decisions/0011).</param>
public sealed record ResultsFeed(CommittedPages Pages, ReaderLag Lag, int MaxBehind) : ReaderFeed(Pages, Lag)
{
    /// <summary>So many have no row that nothing more is taken in until some are written.</summary>
    public bool IsFull => Lag.Payments >= MaxBehind;

    /// <summary>Rows that the database refused. They count as written here: no one waits for them.</summary>
    public RefusedCounts Refused { get; } = new();
}
