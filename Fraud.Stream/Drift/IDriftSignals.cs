using Microsoft.Extensions.Primitives;

namespace Fraud.Stream.Drift;

/// <summary>
/// What the drift monitor says now, for those who act on it (retraining, readiness, notices). Thread-safe; reading
/// never waits.
/// </summary>
public interface IDriftSignals
{
    /// <summary>Share of the watched features that have drifted, 0 to 1; 0 as long as there is nothing to compare.</summary>
    double DataDriftScore { get; }

    /// <summary>Alarms that are raised and not yet cleared, oldest first. A new list after each change.</summary>
    IReadOnlyList<DriftAlarm> Active { get; }

    /// <summary>
    /// A token that fires once, when <see cref="Active"/> has next changed; for
    /// <see cref="ChangeToken.OnChange(Func{IChangeToken?}, Action)"/>. Called on the monitor's thread: return soon.
    /// </summary>
    IChangeToken Changes();
}

/// <summary>An alarm that is raised.</summary>
/// <param name="Subject">What drifted: a feature's name, "score", "data", "source", "currency", or a quality such as "recall".</param>
/// <param name="Measure">What was measured: "psi", "ks", "new_share", "share", "live".</param>
/// <param name="Value">What was measured when it was raised.</param>
/// <param name="Threshold">From where on it counts; below it for qualities.</param>
/// <param name="Detail">One line for people; names categories, never cards.</param>
/// <param name="RaisedAt">When it was raised, by the clock of this node.</param>
/// <param name="AfterPayments">Payments the monitor had seen of this model when it was raised.</param>
public sealed record DriftAlarm(
    DriftAlarmKind Kind,
    string Subject,
    string Measure,
    double Value,
    double Threshold,
    string Detail,
    string Model,
    string Version,
    DateTimeOffset RaisedAt,
    long AfterPayments);

public enum DriftAlarmKind
{
    /// <summary>An input of the model is distributed otherwise than in the reference.</summary>
    Feature,

    /// <summary>The model's scores are.</summary>
    Score,

    /// <summary>Payments come with a source or currency that the reference does not know, or hardly.</summary>
    Category,

    /// <summary>The share of drifted features is above its limit.</summary>
    Data,

    /// <summary>A live quality, counted with labels that arrived, is below its limit.</summary>
    Quality,
}
