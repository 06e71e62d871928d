namespace Fraud.Client;

/// <summary>Shadows and challengers against the model in service.</summary>
public sealed record ModelComparisons
{
    /// <summary>When it was counted.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>What was scored from here on is in it; null: all that is kept.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What was scored before and has no label counts as legitimate; null: only labels count.</summary>
    public DateTimeOffset? SettledBefore { get; init; }

    /// <summary>One for each model and the version it was compared with, those with most payments first.</summary>
    public IReadOnlyList<ModelComparison> Comparisons { get; init; } = [];
}

/// <summary>One model beside the model in service, on the payments that both scored.</summary>
public sealed record ModelComparison
{
    /// <summary>The shadow or challenger.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>The model in service.</summary>
    public string Champion { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ChampionVersion { get; init; } = "";

    /// <summary>Payments that both scored.</summary>
    public long Payments { get; init; }

    /// <summary>Of these, those that the challenger decided.</summary>
    public long Decided { get; init; }

    /// <summary>Scores of the shadow or challenger.</summary>
    public ScoreDistribution? Scores { get; init; }

    /// <summary>Scores of the model in service.</summary>
    public ScoreDistribution? ChampionScores { get; init; }

    /// <summary>Share that the two decide differently.</summary>
    public double Disagreement { get; init; }

    /// <summary>How many the two decided how; pairs that did not occur are left out.</summary>
    public IReadOnlyList<DecisionPair> Matrix { get; init; } = [];

    /// <summary>What labels say so far; null without any.</summary>
    public LabelledComparison? Labelled { get; init; }
}

/// <summary>How scores are distributed.</summary>
public sealed record ScoreDistribution
{
    /// <summary>Their mean.</summary>
    public double Mean { get; init; }

    /// <summary>1 % are at most this.</summary>
    public double P01 { get; init; }

    /// <summary>10 % are.</summary>
    public double P10 { get; init; }

    /// <summary>Half are.</summary>
    public double P50 { get; init; }

    /// <summary>90 % are.</summary>
    public double P90 { get; init; }

    /// <summary>99 % are.</summary>
    public double P99 { get; init; }

    /// <summary>Shares in tenths from 0 to 1.</summary>
    public IReadOnlyList<double> Histogram { get; init; } = [];
}

/// <summary>How many payments two models decided how.</summary>
public sealed record DecisionPair
{
    /// <summary>What the model in service says.</summary>
    public Decision Champion { get; init; }

    /// <summary>What the other says.</summary>
    public Decision Candidate { get; init; }

    /// <summary>How many.</summary>
    public long Payments { get; init; }
}

/// <summary>What labels say about two models.</summary>
public sealed record LabelledComparison
{
    /// <summary>Payments with a label, or settled.</summary>
    public long Payments { get; init; }

    /// <summary>Of these, frauds.</summary>
    public long Frauds { get; init; }

    /// <summary>Of the shadow or challenger.</summary>
    public LabelledQuality? Candidate { get; init; }

    /// <summary>Of the model in service.</summary>
    public LabelledQuality? Champion { get; init; }

    /// <summary>Payments that only the shadow or challenger got right.</summary>
    public long OnlyCandidateRight { get; init; }

    /// <summary>Payments that only the model in service got right.</summary>
    public long OnlyChampionRight { get; init; }

    /// <summary>McNemar's, with continuity correction.</summary>
    public double Statistic { get; init; }

    /// <summary>Exact and two-sided: how often chance alone shows as much.</summary>
    public double PValue { get; init; }

    /// <summary>At 5 %: "better", "worse" or "not_shown".</summary>
    public string Verdict { get; init; } = "";
}

/// <summary>How well a model agrees with labels; null where nothing was flagged or fraud.</summary>
public sealed record LabelledQuality
{
    /// <summary>Payments that were reviewed or blocked.</summary>
    public long Flagged { get; init; }

    /// <summary>Of these, frauds.</summary>
    public long FraudsFlagged { get; init; }

    /// <summary>Share of the flagged that are frauds.</summary>
    public double? Precision { get; init; }

    /// <summary>Share of the frauds that were flagged.</summary>
    public double? Recall { get; init; }

    /// <summary>Their harmonic mean.</summary>
    public double? F1 { get; init; }
}
