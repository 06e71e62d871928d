using Fraud.Stream.Audit;
using Fraud.Stream.Registry;
using Fraud.Stream.Retraining;

namespace Fraud.Http.Training;

/// <summary>Hands a challenger that passed its gate over to the registry, or to the staging folder where there is none.</summary>
public sealed class Handover(StagedVersions staged, IAuditLog audit, IModelRegistry? registry = null)
{
    /// <param name="plan">The job.</param>
    /// <param name="report">What the gate said.</param>
    /// <param name="promote">Put it in service.</param>
    /// <param name="actor">Who, for the audit log.</param>
    /// <returns>Where it is now; null when it was refused.</returns>
    /// <exception cref="IOException">It cannot be written, or a version of this number is there.</exception>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">The registry refused it.</exception>
    public string? Apply(RetrainingPlan plan, RetrainingReport report, bool promote, string actor)
    {
        var subject = $"{plan.Model} {plan.Version}";
        var detail = $"job {plan.Job}: {report.Gate.Reason}";
        if (!report.Gate.IsPassed)
        {
            audit.Record(actor, "challenger judged", subject, detail, "refused");
            return null;
        }

        var stage = promote ? ModelStage.Production : ModelStage.Staging;
        string place;
        if (registry is not null)
        {
            registry.Register(plan.Output, new VersionOrigin(
                $"training job {plan.Job}", report.Gate.Champion.Version, typeof(Handover).Assembly.GetName().Version?.ToString()));
            registry.SetStage(plan.Model, plan.Version, stage, actor, detail);
            place = $"registry: {subject}";
        }
        else
        {
            place = staged.Take(plan.Output, plan.Version);
            if (promote)
            {
                place = staged.Promote(plan.Version);
            }
        }

        audit.Record(actor, promote ? "challenger promoted" : "challenger staged", subject, detail);
        return place;
    }
}
