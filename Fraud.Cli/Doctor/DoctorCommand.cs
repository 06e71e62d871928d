using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Config;

namespace Fraud.Cli.Doctor;

/// <summary><c>fraud doctor</c>: whether a service with these settings would run here, and what to do where not.</summary>
public static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create()
    {
        var given = new SettingArguments();
        var json = Options.Json();
        var command = new Command("doctor", "Check libraries, settings, broker, store, model, disk, clock, ports and cluster; exit code 1 when one fails") { json };
        given.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var findings = await Checkup.Run(given.Configuration(arguments), TimeProvider.System, stopping);
            var ok = findings.All(static finding => finding.Status != FindingStatus.Fail);
            var output = arguments.InvocationConfiguration.Output;
            await output.WriteLineAsync(arguments.GetValue(json)
                ? JsonSerializer.Serialize(new { Ok = ok, Checks = findings }, Json)
                : Text(findings));
            return ok ? 0 : 1;
        });
        return command;
    }

    private static string Text(IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(static finding => finding.Check.Length);
        var lines = findings.SelectMany(finding =>
        {
            var mark = finding.Status switch { FindingStatus.Ok => "ok  ", FindingStatus.Warning => "warn", _ => "FAIL" };
            var line = $"{mark}  {finding.Check.PadRight(width)}  {finding.Detail}";
            return finding.Remedy is { } remedy ? (string[])[line, $"{"",4}  {"".PadRight(width)}  -> {remedy}"] : [line];
        });
        var failed = findings.Count(static finding => finding.Status == FindingStatus.Fail);
        return string.Join(Environment.NewLine, [.. lines, "", failed == 0 ? "All is well." : $"{failed} of {findings.Count} checks failed."]);
    }
}
