using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift report</c>: asks a running service.</summary>
internal static class ReportCommand
{
    // Neither of those with which a command that failed ends: what could not be asked is no alarm.
    private const int AlarmRaised = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var url = Options.Address("--url", "a node's front door", "http://127.0.0.1:8000");
        var json = Options.Json();
        var strict = Options.Flag("--strict", "exit code 3 while an alarm is raised");
        var command = new Command("report", "Show what a running service says of drift, live quality and alarms.") { url, json, strict };
        command.SetAction(async (arguments, stopping) =>
        {
            var node = arguments.GetValue(url)!;
            var body = await Read(node, "/api/v1/drift", stopping);
            var output = arguments.InvocationConfiguration.Output;
            using var report = JsonDocument.Parse(body);
            if (arguments.GetValue(json))
            {
                await output.WriteLineAsync(body);
            }
            else
            {
                using var model = JsonDocument.Parse(await Read(node, "/model/info", stopping));
                Write(output, report.RootElement, model.RootElement);
            }

            return arguments.GetValue(strict) && report.RootElement.GetProperty("alarms").GetArrayLength() > 0 ? AlarmRaised : 0;
        });
        return command;
    }

    private static async Task<string> Read(Uri node, string address, CancellationToken stopping)
    {
        using var http = ApiKey.Client(Longest);
        try
        {
            using var answer = await http.GetAsync(new Uri(node, address), stopping);
            var body = await answer.Content.ReadAsStringAsync(stopping);
            var status = (int)answer.StatusCode;
            return answer.IsSuccessStatusCode
                ? body
                : throw new CommandException($"{node}: {ApiKey.Remedy(status) ?? $"expected an answer of a node, and got status {status}"}");
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"{node}: expected a node to answer ({error.Message}); --url names another", error);
        }
        catch (OperationCanceledException error) when (!stopping.IsCancellationRequested)
        {
            throw new CommandException($"{node}: expected an answer within {Longest.TotalSeconds:0} s; --url names another node", error);
        }
    }

    private static void Write(TextWriter output, JsonElement report, JsonElement model)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(report, "model")} version {Text(report, "model_version")}: {Text(report, "status")}; data_drift_score {report.GetProperty("data_drift_score").GetDouble():0.00}; {report.GetProperty("payments").GetInt64()} payments looked at"));
        foreach (var alarm in report.GetProperty("alarms").EnumerateArray())
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ALARM {Text(alarm, "subject")}: {Text(alarm, "measure")} {alarm.GetProperty("value").GetDouble():0.0000} against {alarm.GetProperty("threshold").GetDouble():0.0000} since {Text(alarm, "raised_at")}: {Text(alarm, "detail")}"));
        }

        foreach (var quality in report.GetProperty("quality").EnumerateArray())
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"live quality of {Text(quality, "model")} version {Text(quality, "model_version")}: precision {Number(quality, "precision")}, recall {Number(quality, "recall")}, f1 {Number(quality, "f1")}, accuracy {Number(quality, "accuracy")} over {quality.GetProperty("payments").GetInt64()} payments, {quality.GetProperty("known_frauds").GetInt64()} known frauds"));
        }

        var tested = model.GetProperty("metrics");
        output.WriteLine($"on its test days version {Text(model, "version")} had: precision {Metric(tested, "precision_at_review")}, recall {Metric(tested, "recall_at_review")}, average precision {Metric(tested, "average_precision")}");
        output.WriteLine($"{"",-30}  {"psi",7}  {"ks",7}  {"js",7}  payments");
        foreach (var column in report.GetProperty("distributions").EnumerateArray())
        {
            var state = column.GetProperty("alarm").GetBoolean() ? "  ALARM" : column.GetProperty("excluded").GetBoolean() ? "  excluded"
                : column.GetProperty("waits_for_history").GetBoolean() ? "  not enough history yet" : "";
            output.WriteLine(
                $"{Text(column, "subject"),-30}  {Number(column, "psi"),7}  {Number(column, "ks"),7}  {Number(column, "js"),7}  {column.GetProperty("payments").GetInt64().ToString(CultureInfo.InvariantCulture),8}{state}");
        }
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static string Metric(JsonElement metrics, string name) => metrics.TryGetProperty(name, out _) ? Number(metrics, name) : "-";

    private static string Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetDouble().ToString("0.0000", CultureInfo.InvariantCulture)
            : "-";
}
