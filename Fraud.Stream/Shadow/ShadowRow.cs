using Fraud.Model;
using LinqToDB;
using LinqToDB.Mapping;

namespace Fraud.Stream.Shadow;

/// <summary>What a candidate and the model in service said of one payment, in the order of writing.</summary>
[Table("shadow_scores")]
internal sealed record ShadowRow(
    [property: Column("position"), PrimaryKey, Identity] long Position,
    [property: Column("transaction_id", CanBeNull = false)] string TransactionId,
    [property: Column("model", CanBeNull = false)] string Model,
    [property: Column("version", CanBeNull = false)] string Version,
    [property: Column("score")] float Score,
    [property: Column("decision", DataType = DataType.Int16)] Decision Decision,
    [property: Column("base_model", CanBeNull = false)] string BaseModel,
    [property: Column("base_version", CanBeNull = false)] string BaseVersion,
    [property: Column("base_score")] float BaseScore,
    [property: Column("base_decision", DataType = DataType.Int16)] Decision BaseDecision,
    [property: Column("decided")] bool IsDecider,
    [property: Column("scored_at")] long ScoredAtMs);
