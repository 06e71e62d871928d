using Fraud.Stream.ReadModel;

namespace Fraud.Stream.Alerts;

/// <summary>What passes between the commits of a node and the reader that sends alerts and dead letters behind them.</summary>
public sealed record AlertsFeed(CommittedPages Pages, ReaderLag Lag) : ReaderFeed(Pages, Lag);
