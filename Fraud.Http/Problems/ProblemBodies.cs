using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;

namespace Fraud.Http.Problems;

/// <summary>Problem details (RFC 9457).</summary>
[Description("Problem details (RFC 9457).")]
internal sealed record ProblemBody : IExample<ProblemBody>
{
    /// <summary>Most characters of what is wrong; a longer text is cut.</summary>
    public const int MaxDetail = 4_000;

    /// <summary>Most characters of the other texts.</summary>
    public const int MaxText = 1_000;

    [Description("The kind of problem; about:blank when the status says it all."), MaxLength(200)]
    public required string Type { get; init; }

    [Description("The kind of problem in a few words; the same for each of its kind."), MaxLength(200)]
    public required string Title { get; init; }

    [Description("The HTTP status."), Range(400, 599)]
    public required int Status { get; init; }

    [Description("What is wrong this time. Names fields, never quotes what was sent."), MaxLength(MaxDetail)]
    public required string Detail { get; init; }

    [Description("The field that is wrong."), MaxLength(MaxText), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [Description("What the field should have been."), MaxLength(MaxText), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }

    [Description("Finds this request in logs and traces."), MaxLength(MaxText), JsonPropertyName("traceId")]
    public required string TraceId { get; init; }

    public static ProblemBody Example { get; } = new()
    {
        Type = "about:blank",
        Title = "Bad Request",
        Status = 400,
        Detail = "amount: expected a number above 0",
        Field = "amount",
        Expected = "a number above 0",
        TraceId = "00-8c7a61b1c4a94d0b8f2f1f8a8b2f2f10-5f0c3a1b2d4e6f70-00",
    };
}

/// <summary>How the Open Inference Protocol refuses: its clients know no other errors.</summary>
[Description("How the Open Inference Protocol refuses.")]
internal sealed record InferenceError : IExample<InferenceError>
{
    [Description("What is wrong, with the field and what was expected."), MaxLength(ProblemBody.MaxDetail)]
    public required string Error { get; init; }

    public static InferenceError Example { get; } = new() { Error = "inputs[0].datatype: expected FP32" };
}

/// <summary>How MLflow refuses, likewise.</summary>
[Description("How MLflow refuses.")]
internal sealed record MlflowError : IExample<MlflowError>
{
    [Description("MLflow's word for it."), MaxLength(100)]
    public required string ErrorCode { get; init; }

    [Description("What is wrong, with the field and what was expected."), MaxLength(ProblemBody.MaxDetail)]
    public required string Message { get; init; }

    public static MlflowError Example { get; } = new()
    {
        ErrorCode = "RESOURCE_DOES_NOT_EXIST",
        Message = "name: expected a model that is registered",
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(InferenceError))]
[JsonSerializable(typeof(MlflowError))]
internal sealed partial class ProblemsJson : JsonSerializerContext;
