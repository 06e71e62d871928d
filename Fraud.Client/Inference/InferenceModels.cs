namespace Fraud.Client;

/// <summary>What the server of the Open Inference Protocol is.</summary>
public sealed record InferenceServer
{
    /// <summary>Name of the server.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Extensions of the protocol that it speaks.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];
}

/// <summary>Whether the server answers, and models can be asked.</summary>
public sealed record InferenceServerState
{
    /// <summary>Whether the server answers.</summary>
    public bool Live { get; init; }

    /// <summary>Whether models can be asked.</summary>
    public bool Ready { get; init; }
}

/// <summary>Whether a model can be asked.</summary>
public sealed record InferenceModelState
{
    /// <summary>Name of the model.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it can be asked.</summary>
    public bool Ready { get; init; }
}

/// <summary>A model's tensors.</summary>
public sealed record InferenceModel
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Versions that can be asked.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>What runs the model.</summary>
    public string Platform { get; init; } = "";

    /// <summary>The tensors that it takes: one.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; init; } = [];

    /// <summary>The tensors that it gives.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; init; } = [];

    /// <summary>What else is known of it: its version, features and thresholds.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A tensor that a model takes or gives.</summary>
public sealed record TensorInfo
{
    /// <summary>Name of the tensor.</summary>
    public string Name { get; init; } = "";

    /// <summary>Type of its elements.</summary>
    public string Datatype { get; init; } = "";

    /// <summary>Its dimensions; -1 stands for the rows, of which there may be any number.</summary>
    public IReadOnlyList<long> Shape { get; init; } = [];
}

/// <summary>A version in the model repository.</summary>
public sealed record RepositoryEntry
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>"READY" or "UNAVAILABLE".</summary>
    public string State { get; init; } = "";

    /// <summary>Why it cannot be asked; empty when it can.</summary>
    public string Reason { get; init; } = "";
}
