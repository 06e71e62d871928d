namespace Fraud.Client;

/// <summary>A model in service: what it is, takes and was measured at.</summary>
public sealed record ModelInfo
{
    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>What kind of file it is.</summary>
    public string Format { get; init; } = "";

    /// <summary>Digest of the file.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>What it is sent: "payment" or "features".</summary>
    public string Input { get; init; } = "";

    /// <summary>Score from which payments are reviewed.</summary>
    public double Threshold { get; init; }

    /// <summary>Scores from which something is done.</summary>
    public ModelThresholds Thresholds { get; init; } = new();

    /// <summary>Columns that it takes.</summary>
    public int FeatureCount { get; init; }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<ModelFeature> Features { get; init; } = [];

    /// <summary>Measured on the test days; null where a metric has no value.</summary>
    public IReadOnlyDictionary<string, double?> Metrics { get; init; } = new Dictionary<string, double?>(StringComparer.Ordinal);

    /// <summary>How it was trained.</summary>
    public ModelTraining Training { get; init; } = new();

    /// <summary>All models that are served, the champion first.</summary>
    public IReadOnlyList<ServedModel> Served { get; init; } = [];
}

/// <summary>Scores from which something is done.</summary>
public sealed record ModelThresholds
{
    /// <summary>From here on payments are reviewed.</summary>
    public double Review { get; init; }

    /// <summary>From here on payments are blocked.</summary>
    public double Block { get; init; }

    /// <summary>Whether the configuration replaces the model's own.</summary>
    public bool Overridden { get; init; }
}

/// <summary>A column that a model takes.</summary>
public sealed record ModelFeature
{
    /// <summary>Name of the column.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where its value comes from: "profile" or "payload".</summary>
    public string Source { get; init; } = "";

    /// <summary>Quantiles over legitimate payments of the training days, where known.</summary>
    public UsualValues? Usual { get; init; }
}

/// <summary>Quantiles of a column; null where there is none.</summary>
public sealed record UsualValues
{
    /// <summary>1 % are below.</summary>
    public double? P01 { get; init; }

    /// <summary>Half are below.</summary>
    public double? P50 { get; init; }

    /// <summary>99 % are below.</summary>
    public double? P99 { get; init; }
}

/// <summary>How a model was trained.</summary>
public sealed record ModelTraining
{
    /// <summary>First day trained on.</summary>
    public string? TrainFrom { get; init; }

    /// <summary>Last day trained on.</summary>
    public string? TrainTo { get; init; }

    /// <summary>First day tested on.</summary>
    public string? TestFrom { get; init; }

    /// <summary>Last day tested on.</summary>
    public string? TestTo { get; init; }

    /// <summary>Days until frauds are known.</summary>
    public int LabelDelayDays { get; init; }

    /// <summary>Trees.</summary>
    public int Rounds { get; init; }

    /// <summary>Digest of the data.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Of the trainer.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A model that is served.</summary>
public sealed record ServedModel
{
    /// <summary>Name of the model.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>"champion" decides payments, "features" feature lists, "challenger" a share of the cards, "shadow" nothing.</summary>
    public string Role { get; init; } = "";
}
