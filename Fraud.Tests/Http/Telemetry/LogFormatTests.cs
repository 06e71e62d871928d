using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Telemetry;

public sealed class LogFormatTests
{
    [Fact]
    public async Task Serve_WithTheJsonFormatter_LogsObjectsWithTheirValuesByName()
    {
        using var folder = new TempFolder();
        string[] settings =
        [
            "Logging:Console:FormatterName=json", "Http:Urls=http://127.0.0.1:0", $"Storage:SqliteFile={folder.File("fraud.db")}",
            $"Scoring:Model={Path.Combine(Repository.Root, "models", "payments")}",
        ];
        using var service = new OwnedProcess(
            folder.File("log"), folder.Path, "dotnet",
            [Deployment.FraudProgram, "serve", "--no-feed", "--no-welcome", .. settings.SelectMany(static setting => new[] { "--set", setting })]);

        JsonElement[] lines = [];
        await Poll.Until(() =>
        {
            lines = [.. File.ReadAllLines(service.Log).Where(static line => line.EndsWith('}')).Select(static line => JsonDocument.Parse(line).RootElement)];
            return lines.Length >= 3;
        });

        Assert.All(lines, static line =>
        {
            Assert.EndsWith("Z", line.GetProperty("Timestamp").GetString()!.Trim(), StringComparison.Ordinal);
            Assert.StartsWith("Fraud.", line.GetProperty("Category").GetString(), StringComparison.Ordinal);
            Assert.NotEqual(JsonValueKind.Undefined, line.GetProperty("State").GetProperty("{OriginalFormat}").ValueKind);
        });
    }
}
