namespace Fraud.Stream.ReadModel;

/// <summary>What passes between the commits of a node and the reader that writes rows behind them.</summary>
public sealed record ResultsFeed(CommittedPages Pages, ResultsLag Lag);
