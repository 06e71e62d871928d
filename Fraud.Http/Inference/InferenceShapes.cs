using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference;

/// <summary>What the protocol's addresses have in common in the OpenAPI document.</summary>
internal static class InferenceShapes
{
    public const string Tag = "Open Inference Protocol";

    public static ApiParameter ModelName { get; } = new("model", "path", "Name of the model.", "payments");

    public static ApiParameter ModelVersion { get; } = new("version", "path", "Version of the model.", "1");

    /// <summary>How the protocol refuses.</summary>
    public static ApiAnswer Error { get; } = new(0, "What is wrong.", "application/json")
    {
        Shape = new ApiShape("InferenceError", """{"error":"inputs[0].datatype: expected FP32"}""")
        {
            { "error", "What is wrong, with the field and what was expected." },
        },
    };
}
