using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Telemetry;

/// <summary>The graph's log messages, each with an id of its own. None carries a card, a terminal or a payload.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(100, LogLevel.Information, "Graph started: {Lanes} lanes, {Shards} shards, model {Model} version {Version}, store {Store}")]
    public static partial void GraphStarted(ILogger log, int lanes, int shards, string model, string version, string store);

    [LoggerMessage(101, LogLevel.Error, "Stage {Stage} failed; the graph stops and restarts from what the store holds")]
    public static partial void StageFailed(ILogger log, string stage, Exception error);

    [LoggerMessage(102, LogLevel.Error, "The graph ended, and starts again in a moment")]
    public static partial void GraphRestarts(ILogger log, Exception error);

    [LoggerMessage(103, LogLevel.Information, "Draining: intake stopped")]
    public static partial void Draining(ILogger log);

    [LoggerMessage(104, LogLevel.Information, "Drained in {Elapsed}: everything accepted is stored")]
    public static partial void Drained(ILogger log, TimeSpan elapsed);

    [LoggerMessage(105, LogLevel.Warning, "Drain deadline of {Deadline} passed; what is unfinished is read again from Kafka after the restart")]
    public static partial void DrainDeadline(ILogger log, TimeSpan deadline);

    [LoggerMessage(106, LogLevel.Error, "The record of partition {Partition} at offset {Offset} fails stage {Stage} whenever it runs, alone at last: it goes to the dead letters as poison")]
    public static partial void PoisonFromKafka(ILogger log, int partition, long offset, string stage);

    [LoggerMessage(107, LogLevel.Error, "A payment over HTTP fails stage {Stage} whenever it runs, alone at last: its caller is answered with 500")]
    public static partial void PoisonOverHttp(ILogger log, string stage);

    [LoggerMessage(108, LogLevel.Critical, "Stage {Stage} failed with one payment alone again, and none was stored since {Refused} were refused as poison: the payments are not at fault, and no more are refused")]
    public static partial void PoisonNotNamed(ILogger log, string stage, int refused);

    [LoggerMessage(109, LogLevel.Error, "The graph failed while it drained; what is unfinished is read again from Kafka after the restart")]
    public static partial void DrainFailed(ILogger log);

    [LoggerMessage(110, LogLevel.Information, "Shard {Shard} recovered from {Cards} card states and {Payments} payments in {Elapsed}")]
    public static partial void ShardRecovered(ILogger log, int shard, int cards, int payments, TimeSpan elapsed);

    [LoggerMessage(111, LogLevel.Information, "Recovering shard {Shard}: {Count} {What} so far; its journal ends at {Sequence}")]
    public static partial void ShardRecovering(ILogger log, int shard, int count, string what, long sequence);

    [LoggerMessage(112, LogLevel.Warning, "Shard {Shard} cannot be recovered now, tried again soon: {Reason}")]
    public static partial void RecoveryFailed(ILogger log, int shard, string reason);

    [LoggerMessage(113, LogLevel.Information, "Shard {Shard} handed over")]
    public static partial void ShardReleased(ILogger log, int shard);

    [LoggerMessage(114, LogLevel.Warning, "Shard {Shard} was claimed by another node; what was in hand of it is dropped, that node reads it again")]
    public static partial void ShardLost(ILogger log, int shard);

    [LoggerMessage(115, LogLevel.Warning, "Shard {Shard} was not released in the store; its next owner overtakes the claim: {Reason}")]
    public static partial void ReleaseFailed(ILogger log, int shard, string reason);

    [LoggerMessage(116, LogLevel.Debug, "Snapshot of shard {Shard}: {Cards} cards up to journal position {Sequence} in {Elapsed}")]
    public static partial void SnapshotSaved(ILogger log, int shard, int cards, long sequence, TimeSpan elapsed);

    [LoggerMessage(117, LogLevel.Debug, "Snapshot put off: {Reason}")]
    public static partial void SnapshotPutOff(ILogger log, string reason);

    [LoggerMessage(118, LogLevel.Information, "Shard {Shard}: {Cards} idle cards put away into the store")]
    public static partial void CardsPutAway(ILogger log, int shard, int cards);

    [LoggerMessage(123, LogLevel.Warning, "Shard {Shard} cannot be claimed now, tried again soon: {Reason}")]
    public static partial void ClaimFailed(ILogger log, int shard, string reason);

    [LoggerMessage(124, LogLevel.Error, "Part {Part} ended, and starts again in a moment")]
    public static partial void PartEnded(ILogger log, string part, Exception error);

    [LoggerMessage(125, LogLevel.Error, "Shard {Shard} is refused: the cluster removed this process, which has to end")]
    public static partial void ProcessRemoved(ILogger log, int shard);

    [LoggerMessage(127, LogLevel.Warning, "The history of shard {Shard} cannot be stored now and is tried again; the shard goes on: {Reason}")]
    public static partial void HistoryAway(ILogger log, int shard, string reason);

    [LoggerMessage(128, LogLevel.Warning, "Old events of shard {Shard} were not removed, tried again with those that follow: {Reason}")]
    public static partial void HistoryNotPruned(ILogger log, int shard, string reason);

    [LoggerMessage(126, LogLevel.Warning, "Partition {Shard} is not read, {Reason}")]
    public static partial void NotAssigned(ILogger log, int shard, string reason);

    [LoggerMessage(119, LogLevel.Warning, "The store was not asked for news of other nodes: {Reason}")]
    public static partial void FollowFailed(ILogger log, string reason);

    [LoggerMessage(120, LogLevel.Warning, "Store unavailable; next try in {Wait}")]
    public static partial void StoreUnavailable(ILogger log, TimeSpan wait, Exception error);

    [LoggerMessage(121, LogLevel.Debug, "Shard {Shard}: {Cards} cards dropped, silent for longer than features look back")]
    public static partial void SilentCardsDropped(ILogger log, int shard, int cards);

    [LoggerMessage(122, LogLevel.Warning, "Shard {Shard}: a stored card cannot be read and is kept: {Reason}")]
    public static partial void CardStateDamaged(ILogger log, int shard, string reason);

    [LoggerMessage(130, LogLevel.Information, "Model {Model} version {Version} is in service")]
    public static partial void ModelInService(ILogger log, string model, string version);

    [LoggerMessage(131, LogLevel.Error, "Model in {Directory} refused; the old one stays in service")]
    public static partial void ModelRefused(ILogger log, string directory, Exception error);

    [LoggerMessage(132, LogLevel.Error, "Model {Model} version {Version} is in Production and cannot be served; what was in service stays: {Reason}")]
    public static partial void ProductionRefused(ILogger log, string model, string version, string reason);

    [LoggerMessage(133, LogLevel.Warning, "The version in {Directory} is not in the model registry: {Reason}")]
    public static partial void NotRegistered(ILogger log, string directory, string reason);

    [LoggerMessage(134, LogLevel.Warning, "The version in {Directory} is newer than version {Production} of {Model}, which is in Production and stays in service; 'fraud models promote {Model} {Version}' serves it ('fraud models register' first, where it was refused)")]
    public static partial void NotServed(ILogger log, string directory, string production, string model, string version);

    [LoggerMessage(135, LogLevel.Warning, "The model registry cannot be read; the model in service stays: {Reason}")]
    public static partial void RegistryAway(ILogger log, string reason);

    [LoggerMessage(136, LogLevel.Information, "Nothing is in Production of {Model}; the newest version in {Directory} is served")]
    public static partial void BackToFolder(ILogger log, string model, string directory);

    [LoggerMessage(137, LogLevel.Error, "Shadow models failed on {Rows} payments, which are not compared")]
    public static partial void ShadowFailed(ILogger log, int rows, Exception error);

    [LoggerMessage(138, LogLevel.Warning, "Comparisons of shadow models wait for the store: {Reason}")]
    public static partial void ShadowsNotStored(ILogger log, string reason);

    [LoggerMessage(139, LogLevel.Error, "{Thread} ended; shadow models are not scored or stored any more")]
    public static partial void ShadowEnded(ILogger log, string thread, Exception error);

    [LoggerMessage(141, LogLevel.Information, "Model {Model} version {Version} is scored as {Role}, as the registry names it")]
    public static partial void RoleTaken(ILogger log, string model, string version, string role);

    [LoggerMessage(142, LogLevel.Information, "Model {Model} version {Version} is {Role} no more")]
    public static partial void RoleLeft(ILogger log, string model, string version, string role);

    [LoggerMessage(143, LogLevel.Error, "Model {Model} version {Version} is named {Role} in the registry and cannot be: nobody is until another is named. {Reason}")]
    public static partial void RoleRefused(ILogger log, string model, string version, string role, string reason);

    [LoggerMessage(140, LogLevel.Warning, "No Kafka configured: using the in-process broker at {Address}. Its log is short and in memory; for trying out and tests only")]
    public static partial void EmbeddedBroker(ILogger log, string address);

    [LoggerMessage(
        144, LogLevel.Warning,
        "Shard {Shard}: its rows are written up to page {Position} as far as this reader knows, and its journal begins at page {First}. The stored position is read again")]
    public static partial void ReaderAtAGap(ILogger log, int shard, long position, long first);

    [LoggerMessage(145, LogLevel.Error, "Shard {Shard}: a payment was sent again, and what its first was answered is kept no more; its caller gets an error")]
    public static partial void RepeatUnanswered(ILogger log, int shard);

    [LoggerMessage(146, LogLevel.Information, "Shard {Shard}: {Count} payments had been counted twice, because they came again after their ids were forgotten; they are taken back")]
    public static partial void RepeatsTakenBack(ILogger log, int shard, int count);

    [LoggerMessage(147, LogLevel.Error, "Shard {Shard}: a payment was counted twice and cannot be taken back, because the journal has not its place {Ordinal} of page {Sequence}")]
    public static partial void RepeatNotTakenBack(ILogger log, int shard, long sequence, int ordinal);

    [LoggerMessage(148, LogLevel.Warning, "Rows of {Payments} payments are left to the next start, which reads them from the journal: {Reason}")]
    public static partial void RowsLeftBehind(ILogger log, long payments, string reason);

    [LoggerMessage(149, LogLevel.Error, "Shard {Shard}: the database refuses the rows of {Payments} payments of page {Sequence} ({Error}). They are parked and all else goes on; 'fraud store refused' lists them, --retry tries them again")]
    public static partial void RowsRefused(ILogger log, int shard, long sequence, int payments, string error);

    [LoggerMessage(150, LogLevel.Information, "Audit: {Action}: {Subject}, by {Actor}: {Outcome}. {Detail}")]
    public static partial void Audited(ILogger log, string action, string subject, string actor, string outcome, string detail);
}
