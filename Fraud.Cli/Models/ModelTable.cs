using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;

namespace Fraud.Cli.Models;

/// <summary>Versions of models as text and as JSON.</summary>
internal static class ModelTable
{
    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // A metric without both classes is NaN.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string List(IReadOnlyList<RegisteredVersion> versions) => versions.Count == 0
        ? "No versions. 'fraud models register FOLDER' takes one in; a service registers those of its folder when it starts."
        : Columns(
        [
            ["MODEL", "VERSION", "STAGE", "ALIASES", "CREATED", "SOURCE", "PARENT", "AVERAGE PRECISION", "ROC AUC", "SHA256"],
            .. versions.Select(static version => (string[])[
                version.Model, version.Version, version.Stage.ToString(), string.Join(',', version.Aliases), Moment(version.CreatedAt),
                version.Origin.Source, version.Origin.Parent ?? "", Metric(version, "average_precision"), Metric(version, "roc_auc"),
                version.Sha256[..12],
            ]),
        ]);

    public static string Show(RegisteredVersion version, ModelManifest manifest, IReadOnlyList<StoredFile> files, IReadOnlyList<StageChange> history)
    {
        var training = manifest.Training;
        return string.Join('\n', [
            Columns(
            [
                ["model", version.Model],
                ["version", version.Version],
                ["stage", $"{version.Stage}, since {Moment(version.StageChangedAt)}"],
                ["aliases", string.Join(", ", version.Aliases)],
                ["registered", Moment(version.CreatedAt)],
                ["source", version.Origin.Source],
                ["parent", version.Origin.Parent ?? "-"],
                ["code version", version.Origin.CodeVersion ?? "-"],
                ["sha256", version.Sha256],
                ["inputs", manifest.Inputs.Count.ToString(CultureInfo.InvariantCulture)],
                ["thresholds", string.Create(CultureInfo.InvariantCulture, $"review {manifest.Thresholds.Review}, block {manifest.Thresholds.Block}")],
                ["trained on", $"{training.TrainFrom} to {training.TrainTo}, data {training.DataSha256}"],
                ["tested on", $"{training.TestFrom} to {training.TestTo}"],
                ["parameters", string.Join(", ", training.Parameters.Select(static pair => $"{pair.Key}={pair.Value}"))],
            ]),
            "", "Metrics", Columns([.. version.Metrics.Select(static pair => (string[])[pair.Key, Text(pair.Value)])]),
            "", "Files", Columns([.. files.Select(static file => (string[])[file.Name, file.Bytes.ToString("N0", CultureInfo.InvariantCulture), file.Sha256])]),
            "", "Stages",
            history.Count == 0 ? "never changed" : Columns([.. history.Select(static change => (string[])[
                Moment(DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs)), $"{change.From} to {change.To}{(change.IsRollback ? " (rollback)" : "")}",
                change.Actor, change.Reason,
            ])]),
        ]);
    }

    /// <summary>Metrics and parameters side by side, those that differ with the difference.</summary>
    public static string Compare(RegisteredVersion a, ModelManifest left, RegisteredVersion b, ModelManifest right)
    {
        List<string[]> rows = [["", $"{a.Model} {a.Version}", $"{b.Model} {b.Version}", "DIFFERENCE"]];
        foreach (var name in a.Metrics.Keys.Union(b.Metrics.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (ValueOf(a, name), ValueOf(b, name));
            rows.Add([name, Text(one), Text(other), one is { } x && other is { } y ? (y - x).ToString("+0.0000;-0.0000;0", CultureInfo.InvariantCulture) : ""]);
        }

        rows.Add(["threshold review", Text(left.Thresholds.Review), Text(right.Thresholds.Review), ""]);
        rows.Add(["threshold block", Text(left.Thresholds.Block), Text(right.Thresholds.Block), ""]);
        rows.Add(["inputs", Text(left.Inputs.Count), Text(right.Inputs.Count), ""]);
        rows.Add(["trained on", $"{left.Training.TrainFrom} to {left.Training.TrainTo}", $"{right.Training.TrainFrom} to {right.Training.TrainTo}", ""]);
        rows.Add(["data", left.Training.DataSha256[..Math.Min(12, left.Training.DataSha256.Length)], right.Training.DataSha256[..Math.Min(12, right.Training.DataSha256.Length)], Differs(left.Training.DataSha256, right.Training.DataSha256)]);
        foreach (var name in left.Training.Parameters.Keys.Union(right.Training.Parameters.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (left.Training.Parameters.GetValueOrDefault(name, "-"), right.Training.Parameters.GetValueOrDefault(name, "-"));
            rows.Add([name, one, other, Differs(one, other)]);
        }

        return Columns(rows);
    }

    public static object Json(RegisteredVersion version) => new
    {
        version.Model,
        version.Version,
        Stage = version.Stage.ToString(),
        version.Aliases,
        version.CreatedAt,
        version.StageChangedAt,
        version.Origin.Source,
        version.Origin.Parent,
        version.Origin.CodeVersion,
        version.Sha256,
        version.Metrics,
    };

    public static object Json(StageChange change) => new
    {
        change.Version,
        From = change.From.ToString(),
        To = change.To.ToString(),
        At = DateTimeOffset.FromUnixTimeMilliseconds(change.AtMs),
        change.Actor,
        change.Reason,
        change.IsRollback,
    };

    private static string Differs(string one, string other) => one == other ? "" : "differs";

    private static double? ValueOf(RegisteredVersion version, string metric) => version.Metrics.TryGetValue(metric, out var value) ? value : null;

    private static string Metric(RegisteredVersion version, string name) => Text(ValueOf(version, name));

    private static string Text(double? value) => value is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) : "-";

    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Columns(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return "none";
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((value, column) => value.PadRight(widths[column]))).TrimEnd()));
    }
}
