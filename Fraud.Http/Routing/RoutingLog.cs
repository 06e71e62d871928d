using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>Log messages of routing. None carries a card, a payment or a secret.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(300, LogLevel.Warning, "Shard {Shard} does not answer: its node is away, or the shard is on its way to another. Attempts are repeated; callers who wait too long are told to ask again")]
    public static partial void ShardSilent(ILogger log, int shard);

    [LoggerMessage(301, LogLevel.Information, "Shard {Shard} answers again")]
    public static partial void ShardAnswers(ILogger log, int shard);

    [LoggerMessage(302, LogLevel.Error, "Payments that another node sent to shard {Shard} are not understood, and not answered: {Reason}")]
    public static partial void NotUnderstood(ILogger log, int shard, string reason);

    [LoggerMessage(303, LogLevel.Error, "An answer of another node is not understood, and dropped: {Reason}")]
    public static partial void AnswerNotUnderstood(ILogger log, string reason);

    [LoggerMessage(304, LogLevel.Error, "Scoring what another node sent to shard {Shard} failed")]
    public static partial void ScoreFailed(ILogger log, int shard, Exception error);
}
