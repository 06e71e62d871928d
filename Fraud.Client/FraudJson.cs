using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>How all of it is written and read, made when the client is built: nothing is looked up by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // Measures of a training may be none.
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(Score))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(LineError))]
[JsonSerializable(typeof(IReadOnlyCollection<FraudLabel>))]
[JsonSerializable(typeof(LabelResult))]
[JsonSerializable(typeof(FlaggedPaymentPage))]
[JsonSerializable(typeof(FlaggedPaymentDetail))]
[JsonSerializable(typeof(StatusChange))]
[JsonSerializable(typeof(StatusChanged))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertGap))]
[JsonSerializable(typeof(ModelInfo))]
[JsonSerializable(typeof(ModelComparisons))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(RegisteredModelPage))]
[JsonSerializable(typeof(ModelVersionPage))]
[JsonSerializable(typeof(RegisteredModelBody))]
[JsonSerializable(typeof(ModelVersionBody))]
[JsonSerializable(typeof(CreateModelBody))]
[JsonSerializable(typeof(LatestBody))]
[JsonSerializable(typeof(AliasBody))]
[JsonSerializable(typeof(TransitionBody))]
[JsonSerializable(typeof(CreateVersionBody))]
[JsonSerializable(typeof(DownloadUriBody))]
[JsonSerializable(typeof(FilesBody))]
[JsonSerializable(typeof(InferenceServer))]
[JsonSerializable(typeof(InferenceServerState))]
[JsonSerializable(typeof(InferenceModelState))]
[JsonSerializable(typeof(InferenceModel))]
[JsonSerializable(typeof(InferenceRequest))]
[JsonSerializable(typeof(InferenceResult))]
[JsonSerializable(typeof(InferenceStatistics))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryEntry>))]
[JsonSerializable(typeof(RepositoryIndexBody))]
[JsonSerializable(typeof(RepositoryChangeBody))]
[JsonSerializable(typeof(TrainingRequest))]
[JsonSerializable(typeof(TrainingJob))]
[JsonSerializable(typeof(TrainingsBody))]
[JsonSerializable(typeof(ServiceIndex))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(ServiceStats))]
[JsonSerializable(typeof(ClusterReport))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(StripeReceipt))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class FraudJson : JsonSerializerContext;
