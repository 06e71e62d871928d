using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Telemetry;

/// <summary>The graph's log messages, each with an id of its own. None carries a card, a terminal or a payload.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(100, LogLevel.Information, "Graph started: {Lanes} lane and {Scorers} scoring threads, {Shards} shards, model {Model} version {Version}, store {Store}")]
    public static partial void GraphStarted(ILogger log, int lanes, int scorers, int shards, string model, string version, string store);

    [LoggerMessage(101, LogLevel.Error, "Stage {Stage} failed; the graph stops and restarts from what the store holds")]
    public static partial void StageFailed(ILogger log, string stage, Exception error);

    [LoggerMessage(102, LogLevel.Error, "Graph restarts in {Wait}")]
    public static partial void GraphRestarts(ILogger log, TimeSpan wait, Exception error);

    [LoggerMessage(103, LogLevel.Information, "Draining: intake stopped")]
    public static partial void Draining(ILogger log);

    [LoggerMessage(104, LogLevel.Information, "Drained in {Elapsed}: everything accepted is stored")]
    public static partial void Drained(ILogger log, TimeSpan elapsed);

    [LoggerMessage(105, LogLevel.Warning, "Drain deadline of {Deadline} passed; what is unfinished is read again from Kafka after the restart")]
    public static partial void DrainDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(110, LogLevel.Information, "Profile rebuilt from {Payments} stored payments and {Labels} labels in {Elapsed}")]
    public static partial void ProfileRebuilt(ILogger log, long payments, long labels, TimeSpan elapsed);

    [LoggerMessage(111, LogLevel.Information, "Rebuilding the profile: {Payments} payments read so far")]
    public static partial void ProfileRebuilding(ILogger log, long payments);

    [LoggerMessage(120, LogLevel.Warning, "Store unavailable; next try in {Wait}")]
    public static partial void StoreUnavailable(ILogger log, TimeSpan wait, Exception error);

    [LoggerMessage(130, LogLevel.Information, "Model {Model} version {Version} is in service")]
    public static partial void ModelInService(ILogger log, string model, string version);

    [LoggerMessage(131, LogLevel.Error, "Model in {Directory} refused; the old one stays in service")]
    public static partial void ModelRefused(ILogger log, string directory, Exception error);

    [LoggerMessage(140, LogLevel.Warning, "No Kafka configured: using the in-process broker at {Address}. Its log is short and in memory; for trying out and tests only")]
    public static partial void EmbeddedBroker(ILogger log, string address);
}
