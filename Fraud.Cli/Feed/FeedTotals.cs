namespace Fraud.Cli.Feed;

/// <summary>What became of the payments sent so far.</summary>
/// <param name="Sent">Payments handed over.</param>
/// <param name="Accepted">Taken: acknowledged by the broker, or answered 2xx.</param>
/// <param name="Shed">Answers 429 and 503 over HTTP.</param>
/// <param name="Failed">Neither taken nor shed.</param>
/// <param name="Labels">Labels acknowledged by the broker.</param>
public readonly record struct FeedTotals(long Sent, long Accepted, long Shed, long Failed, long Labels);
