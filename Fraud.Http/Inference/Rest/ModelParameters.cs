using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference.Rest;

/// <summary>What the protocol's addresses have in common in the OpenAPI document.</summary>
internal static class ModelParameters
{
    public const string Tag = "Open Inference Protocol";

    public static ApiParameter ModelName { get; } = new("model", "path", "Name of the model.", "payments");

    public static ApiParameter ModelVersion { get; } = new("version", "path", "Version of the model.", "1");
}
