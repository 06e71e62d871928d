using Fraud.Stream.Alerts;
using Fraud.Stream.ReadModel;

namespace Fraud.Stream.FanOut;

/// <summary>Who is handed the pages of a node's commits.</summary>
public sealed record JournalFeeds(ResultsFeed Results, AlertsFeed Alerts);
