using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Drift;
using Fraud.Stream.Drift;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
        routes.MapGet("/api/v1/drift", (RequestDelegate)Handle).Needs(Access.Analyst).Describe(DriftDescriptions.Report);

    private Task Handle(HttpContext context) => JsonAnswer.Write(context, this, static (json, self) => self.Write(json));

    private void Write(Utf8JsonWriter json)
    {
        var report = _monitor.Report();
        json.WriteStartObject();
        json.WriteString("model"u8, report.Model);
        json.WriteString("model_version"u8, report.Version);
        json.WriteString("status"u8, report.Status);
        if (report.Reference is { } reference)
        {
            json.WriteStartObject("reference"u8);
            json.WriteString("origin"u8, reference.Origin);
            json.WriteNumber("rows"u8, reference.Rows);
            json.WriteString("from"u8, reference.From);
            json.WriteString("to"u8, reference.To);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("reference"u8);
        }

        json.WriteNumber("payments"u8, report.Payments);
        json.WriteNumber("skipped"u8, report.Skipped);
        json.WriteStartObject("window"u8);
        json.WriteNumber("payments"u8, report.InWindow);
        json.WriteNumber("size"u8, report.WindowPayments);
        json.WriteEndObject();
        json.WriteNumber("data_drift_score"u8, report.DataDriftScore);
        json.WriteStartArray("alarms"u8);
        foreach (var alarm in _alarms.Active)
        {
            Alarm(json, alarm);
        }

        json.WriteEndArray();
        json.WriteNumber("label_delay_seconds"u8, _quality.LabelDelay.TotalSeconds);
        json.WriteStartArray("quality"u8);
        foreach (var live in _quality.Latest)
        {
            Quality(json, live);
        }

        json.WriteEndArray();
        json.WriteStartArray("distributions"u8);
        foreach (var column in report.Columns)
        {
            Column(json, column);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Alarm(Utf8JsonWriter json, DriftAlarm alarm)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, NameOf(alarm.Kind));
        json.WriteString("subject"u8, alarm.Subject);
        json.WriteString("measure"u8, alarm.Measure);
        json.WriteNumber("value"u8, alarm.Value);
        json.WriteNumber("threshold"u8, alarm.Threshold);
        json.WriteString("detail"u8, alarm.Detail);
        json.WriteString("model"u8, alarm.Model);
        json.WriteString("model_version"u8, alarm.Version);
        json.WriteString("raised_at"u8, alarm.RaisedAt.UtcDateTime);
        json.WriteNumber("after_payments"u8, alarm.AfterPayments);
        json.WriteEndObject();
    }

    private static void Quality(Utf8JsonWriter json, LiveQuality live)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, live.Model);
        json.WriteString("model_version"u8, live.Version);
        json.WriteNumber("payments"u8, live.Payments);
        json.WriteNumber("flagged"u8, live.Flagged);
        json.WriteNumber("known_frauds"u8, live.KnownFrauds);
        Number(json, "precision"u8, live.Precision);
        Number(json, "recall"u8, live.Recall);
        Number(json, "f1"u8, live.F1);
        Number(json, "accuracy"u8, live.Accuracy);
        json.WriteEndObject();
    }

    private static void Column(Utf8JsonWriter json, ColumnReport column)
    {
        var isOrdered = column.NewShare is null;
        json.WriteStartObject();
        json.WriteString("kind"u8, NameOf(column.Kind));
        json.WriteString("subject"u8, column.Subject);
        json.WriteNumber("payments"u8, column.Payments);
        Measured(json, column.Distance, column.IsUnjudged, isOrdered);
        Number(json, "new_share"u8, column.IsUnjudged ? null : column.NewShare);
        json.WriteStartObject("limits"u8);
        Measured(json, column.Limit, column.IsUnjudged, isOrdered);
        json.WriteEndObject();
        json.WriteBoolean("drifted"u8, column.IsDrifted);
        json.WriteBoolean("alarm"u8, column.IsRaised);
        json.WriteBoolean("excluded"u8, column.IsExcluded);
        json.WriteBoolean("waits_for_history"u8, column.IsWaiting);
        json.WriteStartArray("new_values"u8);
        foreach (var (value, payments) in column.NewValues)
        {
            json.WriteStartObject();
            json.WriteString("value"u8, value);
            json.WriteNumber("payments"u8, payments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Measured(Utf8JsonWriter json, Distance distance, bool isUnjudged, bool isOrdered)
    {
        Number(json, "psi"u8, isUnjudged ? null : distance.Psi);
        Number(json, "ks"u8, isUnjudged || !isOrdered ? null : distance.Ks);
        Number(json, "js"u8, isUnjudged ? null : distance.Js);
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
    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value) =>
        json.WriteFinite(name, value is { } number ? Math.Round(number, 6) : null);
}
