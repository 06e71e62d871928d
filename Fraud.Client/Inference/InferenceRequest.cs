namespace Fraud.Client;

/// <summary>What a model is asked.</summary>
public sealed record InferenceRequest
{
    /// <summary>Comes back in the answer; at most 256 characters.</summary>
    public string? Id { get; init; }

    /// <summary>The one tensor that the model takes.</summary>
    public required IReadOnlyList<InferenceInput> Inputs { get; init; }

    /// <summary>Which outputs to answer; null: all.</summary>
    public IReadOnlyList<RequestedOutput>? Outputs { get; init; } = [];
}

/// <summary>A tensor for the model.</summary>
public sealed record InferenceInput
{
    /// <summary>Name of the tensor, as <see cref="InferenceModel.Inputs"/> has it.</summary>
    public required string Name { get; init; }

    /// <summary>Type of its elements: "FP32".</summary>
    public string Datatype { get; init; } = "FP32";

    /// <summary>Rows and columns.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The elements row by row; finite numbers only.</summary>
    public required IReadOnlyList<float> Data { get; init; }
}

/// <summary>An output that is to be answered.</summary>
/// <param name="Name">Name of the output.</param>
public sealed record RequestedOutput(string Name);

/// <summary>What a model answered.</summary>
public sealed record InferenceResult
{
    /// <summary>The model that was asked.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>The request's.</summary>
    public string? Id { get; init; }

    /// <summary>The tensors that were asked for.</summary>
    public IReadOnlyList<InferenceOutput> Outputs { get; init; } = [];
}

/// <summary>A tensor that the model gave.</summary>
public sealed record InferenceOutput
{
    /// <summary>"probabilities" (legitimate and fraud of each row), or "label" (the class that the model itself would choose).</summary>
    public required string Name { get; init; }

    /// <summary>Type of its elements: "FP32" or "INT64".</summary>
    public string Datatype { get; init; } = "";

    /// <summary>Its dimensions.</summary>
    public IReadOnlyList<long> Shape { get; init; } = [];

    /// <summary>The elements row by row.</summary>
    public IReadOnlyList<double> Data { get; init; } = [];
}
