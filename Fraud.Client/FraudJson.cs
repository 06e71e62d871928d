using System.Text.Json.Serialization;

namespace Fraud.Client;

internal sealed record BatchBody(string? BatchId, IReadOnlyList<Payment> Transactions);

/// <summary>How all of it is written and read, made when the client is built: nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(IReadOnlyCollection<FraudLabel>))]
[JsonSerializable(typeof(Score))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(LabelResult))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class FraudJson : JsonSerializerContext;
