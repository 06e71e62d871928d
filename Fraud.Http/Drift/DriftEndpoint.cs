using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Drift;
using Fraud.Stream.Drift;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Drift;

/// <summary><c>GET /api/v1/drift</c>: what this node's payments look like beside the reference, live quality, and alarms.</summary>
internal sealed class DriftEndpoint : IEndpoints
{
    private readonly DriftMonitor _monitor;
    private readonly DriftAlarms _alarms;
    private readonly QualityMonitor _quality;

    /// <param name="gauges">Registers the metrics by being made.</param>
    public DriftEndpoint(DriftMonitor monitor, DriftAlarms alarms, QualityMonitor quality, DriftGauges gauges)
    {
        ArgumentNullException.ThrowIfNull(gauges);
        _monitor = monitor;
        _alarms = alarms;
        _quality = quality;
    }

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/drift", Get)
            .Needs(Access.Analyst).WithName("getDriftReport").Describe(DriftDescriptions.Report);

    private Ok<DriftView> Get()
    {
        var report = _monitor.Report();
        return TypedResults.Ok(new DriftView
        {
            Model = report.Model,
            ModelVersion = report.Version,
            Status = report.Status,
            Reference = report.Reference is not { } reference ? null : new DriftReference
            {
                Origin = reference.Origin,
                Rows = reference.Rows,
                From = reference.From.Cut(DriftReference.MaxDay),
                To = reference.To.Cut(DriftReference.MaxDay),
            },
            Payments = report.Payments,
            Skipped = report.Skipped,
            Window = new DriftWindow { Payments = report.InWindow, Size = report.WindowPayments },
            DataDriftScore = report.DataDriftScore,
            Alarms = [.. _alarms.Active.Take(DriftView.MostListed).Select(Alarm)],
            LabelDelaySeconds = _quality.LabelDelay.TotalSeconds,
            Quality = [.. _quality.Latest.Take(DriftView.MostListed).Select(Quality)],
            Distributions = [.. report.Columns.Take(DriftView.MostListed).Select(Distribution)],
        });
    }

    private static RaisedAlarm Alarm(DriftAlarm alarm) => new()
    {
        Kind = NameOf(alarm.Kind),
        Subject = alarm.Subject.Cut(DriftView.MaxSubject),
        Measure = alarm.Measure,
        Value = alarm.Value,
        Threshold = alarm.Threshold,
        Detail = alarm.Detail.Cut(DriftView.MaxDetail),
        Model = alarm.Model,
        ModelVersion = alarm.Version,
        RaisedAt = alarm.RaisedAt.UtcDateTime,
        AfterPayments = alarm.AfterPayments,
    };

    private static ModelQuality Quality(LiveQuality live) => new()
    {
        Model = live.Model,
        ModelVersion = live.Version,
        Payments = live.Payments,
        Flagged = live.Flagged,
        KnownFrauds = live.KnownFrauds,
        Precision = Rounded(live.Precision),
        Recall = Rounded(live.Recall),
        F1 = Rounded(live.F1),
        Accuracy = Rounded(live.Accuracy),
    };

    private static WatchedDistribution Distribution(ColumnReport column)
    {
        var isOrdered = column.NewShare is null;
        var isJudged = !column.IsUnjudged;
        return new WatchedDistribution
        {
            Kind = NameOf(column.Kind),
            Subject = column.Subject.Cut(DriftView.MaxSubject),
            Payments = column.Payments,
            Psi = isJudged ? Rounded(column.Distance.Psi) : null,
            Ks = isJudged && isOrdered ? Rounded(column.Distance.Ks) : null,
            Js = isJudged ? Rounded(column.Distance.Js) : null,
            NewShare = isJudged ? Rounded(column.NewShare) : null,
            Limits = new DistanceLimits
            {
                Psi = isJudged ? Rounded(column.Limit.Psi) : null,
                Ks = isJudged && isOrdered ? Rounded(column.Limit.Ks) : null,
                Js = isJudged ? Rounded(column.Limit.Js) : null,
            },
            Drifted = column.IsDrifted,
            Alarm = column.IsRaised,
            Excluded = column.IsExcluded,
            WaitsForHistory = column.IsWaiting,
            NewValues = [.. column.NewValues.Select(static value => new NewValue { Value = value.Key, Payments = value.Value })],
        };
    }

    private static string NameOf(DriftAlarmKind kind) => kind switch
    {
        DriftAlarmKind.Feature => "feature",
        DriftAlarmKind.Score => "score",
        DriftAlarmKind.Category => "category",
        DriftAlarmKind.Data => "data",
        _ => "quality",
    };

    // More digits than say anything.
    private static double? Rounded(double? value) => JsonNumbers.Finite(value is { } number ? Math.Round(number, 6) : null);
}
