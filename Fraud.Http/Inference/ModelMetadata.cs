using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;

namespace Fraud.Http.Inference;

/// <summary>What the server is.</summary>
internal sealed record ServerMetadata(
    [property: Description("Name of the server."), MaxLength(64)]
    string Name,
    [property: Description("Its version."), MaxLength(17)]
    string Version,
    [property: Description("Extensions of the protocol that it speaks."), MaxLength(3), Items(Values = ["binary_tensor_data", "model_repository", "statistics"])]
    IReadOnlyList<string> Extensions) : IExample<ServerMetadata>
{
    public static ServerMetadata Example { get; } = new("fraud-detection-api", "1.0.0", ["binary_tensor_data", "model_repository", "statistics"]);
}

/// <summary>What a model takes and gives.</summary>
internal sealed record ModelMetadata(
    [property: Description("Name of the model."), Length(1, ModelManifest.MaxNameLength)]
    string Name,
    [property: Description("Versions that can be asked."), Most<InferenceOptions>(nameof(InferenceOptions.MaxLoaded), Plus = 1), Items(MaxLength = ModelManifest.MaxNameLength)]
    IReadOnlyList<string> Versions,
    [property: Description("What runs the model."), AllowedValues("onnxruntime_onnx")]
    string Platform,
    [property: Description("The tensors that it takes: one."), Length(1, 1)]
    IReadOnlyList<TensorMetadata> Inputs,
    [property: Description("The tensors that it gives."), Length(2, 2)]
    IReadOnlyList<TensorMetadata> Outputs,
    [property: Description("What else is to be known of it, as texts. REST alone has room for them.")]
    ModelProperties Properties) : IExample<ModelMetadata>
{
    public static ModelMetadata Example { get; } = new(
        "payments",
        ["1"],
        "onnxruntime_onnx",
        [TensorMetadata.Example],
        [new TensorMetadata("probabilities", "FP32", [-1, 2]), new TensorMetadata("label", "INT64", [-1])],
        ModelProperties.Example);
}

internal sealed record TensorMetadata(
    [property: Description("Name of the tensor."), MaxLength(ModelManifest.MaxNameLength)]
    string Name,
    [property: Description("Type of its elements."), AllowedValues("FP32", "INT64")]
    string Datatype,
    [property: Description("Its dimensions: rows, of which there may be any number (-1), and columns."), Length(1, 2), Items(Minimum = -1, Maximum = ModelManifest.MaxInputs)]
    IReadOnlyList<long> Shape) : IExample<TensorMetadata>
{
    public static TensorMetadata Example { get; } = new("features", "FP32", [-1, 33]);
}

internal sealed record ModelProperties(
    [property: Description("The version that this describes."), Length(1, ModelManifest.MaxNameLength)]
    string Version,
    [property: Description("Names of the input's columns in order, separated by commas."), MaxLength(ModelManifest.MaxInputs * (ModelManifest.MaxNameLength + 1))]
    string Features,
    [property: Description("Fraud probability from which payments are reviewed."), MaxLength(16)]
    string ReviewThreshold,
    [property: Description("Fraud probability from which payments are blocked."), MaxLength(16)]
    string BlockThreshold) : IExample<ModelProperties>
{
    public static ModelProperties Example { get; } = new("1", "amount,is_weekend,is_night", "0.04", "0.32");
}
