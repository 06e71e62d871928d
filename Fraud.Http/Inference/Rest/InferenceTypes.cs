using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Decoding;
using Fraud.Model.Registry;

namespace Fraud.Http.Inference.Rest;

/// <summary>Rows for a model; read by <see cref="InferenceRequestReader"/>.</summary>
internal sealed record InferenceRequest : IExample<InferenceRequest>
{
    [Description("Comes back in the answer."), MaxLength(InferenceRules.MaxIdLength), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("Further wishes; unknown ones are passed over."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestParameters? Parameters { get; init; }

    [Description("The one tensor that the model takes."), Length(1, 1)]
    public required IReadOnlyList<InputTensor> Inputs { get; init; }

    [Description("Which outputs to answer; left out or empty: all."), MaxLength(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WantedOutput>? Outputs { get; init; }

    public static InferenceRequest Example { get; } = new()
    {
        Id = "42",
        Parameters = RequestParameters.Example,
        Inputs = [InputTensor.Example],
        Outputs = [WantedOutput.Example],
    };
}

internal sealed record RequestParameters : IExample<RequestParameters>
{
    [Description("True: all outputs come as bytes behind the JSON.")]
    public bool? BinaryDataOutput { get; init; }

    public static RequestParameters Example { get; } = new() { BinaryDataOutput = false };
}

internal sealed record InputTensor : IExample<InputTensor>
{
    [Description("Name of the tensor, as the model's metadata gives it."), MaxLength(ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Type of its elements."), AllowedValues("FP32")]
    public required string Datatype { get; init; }

    [Description("Rows and columns. As many rows as Inference:MaxRows, and as many columns as the model has features."), Length(2, 2), Items(Minimum = 1)]
    public required IReadOnlyList<int> Shape { get; init; }

    [Description("Where the elements follow the JSON as bytes."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InputParameters? Parameters { get; init; }

    [Description("The elements row by row, flat or an array a row. Finite numbers only.")]
    [Most<InferenceOptions>(nameof(InferenceOptions.MaxRows), Times = ModelManifest.MaxInputs), Items(Minimum = float.MinValue, Maximum = float.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Data { get; init; }

    public static InputTensor Example { get; } = new()
    {
        Name = "features",
        Datatype = "FP32",
        Shape = [1, 33],
        Data =
        [
            20.63f, 0, 1, 5, 78.336f, 25, 75.4456f, 95, 74.36053f, 1, 0, 2, 0, 33, 0.030303031f, 0.27531582f, 1.014592f, 1, 28872, 0, 1,
            0.28f, -1.4f, 0, 0, 2.1f, 0, 0, 0, 0, 9.5f, 9.5f, 0.33f,
        ],
    };
}

internal sealed record InputParameters : IExample<InputParameters>
{
    [Description("How many bytes of this tensor follow the JSON, in place of data."), AtLeast(0), Most<TransactionLimits>(nameof(TransactionLimits.MaxBodyBytes))]
    public int? BinaryDataSize { get; init; }

    public static InputParameters Example { get; } = new() { BinaryDataSize = 132 };
}

internal sealed record WantedOutput : IExample<WantedOutput>
{
    [Description("Name of the output."), MaxLength(ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Wishes for this output."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutputWishes? Parameters { get; init; }

    public static WantedOutput Example { get; } = new() { Name = "probabilities", Parameters = OutputWishes.Example };
}

internal sealed record OutputWishes : IExample<OutputWishes>
{
    [Description("True: this output comes as bytes behind the JSON.")]
    public bool? BinaryData { get; init; }

    public static OutputWishes Example { get; } = new() { BinaryData = false };
}

/// <summary>What a model gave, as <see cref="InferenceAnswer"/> writes it.</summary>
internal sealed record InferenceResponse : IExample<InferenceResponse>
{
    [Description("The model that was asked."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelName { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("The request's."), MaxLength(InferenceRules.MaxIdLength), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string Id { get; init; } = null!;

    [Description("The tensors that were asked for."), Length(1, 2)]
    public required IReadOnlyList<OutputTensor> Outputs { get; init; }

    public static InferenceResponse Example { get; } = new()
    {
        ModelName = "payments",
        ModelVersion = "1",
        Id = "42",
        Outputs =
        [
            OutputTensor.Example with { Parameters = null! },
            new OutputTensor { Name = "label", Datatype = "INT64", Shape = [1], Parameters = OutputParameters.Example },
        ],
    };
}

internal sealed record OutputTensor : IExample<OutputTensor>
{
    [Description("probabilities (legitimate and fraud of each row), or label (the class that the model itself would choose)."), MaxLength(ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Type of its elements."), AllowedValues("FP32", "INT64")]
    public required string Datatype { get; init; }

    [Description("Its dimensions."), Length(1, 2), Items(Minimum = 1)]
    public required IReadOnlyList<int> Shape { get; init; }

    [Description("The elements row by row; absent when they come as bytes."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Most<InferenceOptions>(nameof(InferenceOptions.MaxRows), Times = 2), Items(Minimum = float.MinValue, Maximum = float.MaxValue)]
    public IReadOnlyList<double> Data { get; init; } = null!;

    [Description("Present when the elements come as bytes."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutputParameters Parameters { get; init; } = null!;

    public static OutputTensor Example { get; } = new()
    {
        Name = "probabilities",
        Datatype = "FP32",
        Shape = [1, 2],
        Data = [0.99672824, 0.0032717818],
        Parameters = OutputParameters.Example,
    };
}

internal sealed record OutputParameters : IExample<OutputParameters>
{
    [Description("How many bytes of this tensor follow the JSON, in the order of outputs."), AtLeast(1), Most<InferenceOptions>(nameof(InferenceOptions.MaxRows), Times = sizeof(long))]
    public required int BinaryDataSize { get; init; }

    public static OutputParameters Example { get; } = new() { BinaryDataSize = 8 };
}
