using System.Runtime.Versioning;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Deploy;

/// <summary>
/// The lines for cron, run as cron runs them: by sh, with hardly a variable, from another folder. /opt/fraud-detection is this checkout, and
/// /etc, /var are the test's.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class CronTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CronTests()
    {
        foreach (var folder in new[] { "etc/fraud", "var/log/fraud", "var/backups", "bin" })
        {
            Directory.CreateDirectory(_folder.File(folder));
        }
    }

    [Fact]
    public async Task Backup_ByItsLine_IsThereForWhoHasTheKeyAndInTheLog()
    {
        await Key();
        Write("bin/docker", """
            #!/bin/sh
            [ "$*" = "compose exec -T db pg_dump --username fraud --no-owner --no-privileges --dbname fraud" ] || exit 64
            [ -e docker-compose.yml ] || exit 65
            echo "CREATE TABLE shards ();"
            """);

        var (user, result) = await Run("backup/fraud-backup.cron");

        Assert.Equal("root", user);
        Assert.Equal((0, "", ""), (result.Exit, result.Output, result.Errors));
        var backup = Assert.Single(Directory.GetFiles(_folder.File("var/backups/fraud"), "fraud-*.sql.gz.age"));
        var opened = await ProgramRun.ToEnd("bash", ["-c", $"age --decrypt --identity {_folder.File("private.key")} {backup} | gunzip"]);
        Assert.Equal("CREATE TABLE shards ();\n", opened.Output);
        Assert.Contains("bytes", await File.ReadAllTextAsync(_folder.File("var/log/fraud-backup.log")), StringComparison.Ordinal);
    }

    /// <summary>Cron mails what is printed; a backup that failed must be in it.</summary>
    [Fact]
    public async Task Backup_ThatFails_IsMailed()
    {
        await Key();
        Write("bin/docker", "#!/bin/sh\necho 'no such service: db' >&2\nexit 1\n");

        var (_, result) = await Run("backup/fraud-backup.cron");

        Assert.Contains("no such service: db", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("var/backups/fraud")));
    }

    [Theory]
    [InlineData(false, false, "healthy; data_drift_score", null)]
    [InlineData(true, false, "ALARM amount", null)]
    [InlineData(true, true, "ALARM amount", "retraining asked for: 202")]
    public async Task DailyCheck_ByItsLine_ReportsAndAsksForATrainingOnlyWhenToldTo(bool isAlarmed, bool retrains, string expected, string? asked)
    {
        await using var service = await Service(isAlarmed);
        await File.WriteAllTextAsync(_folder.File("etc/fraud/analyst.key"), "a-key-of-the-analyst\n");

        var (user, result) = await Run("monitoring/fraud-daily-check.cron", ("http://127.0.0.1:8000", service.Urls.First()), ("FRAUD_API_KEY_FILE", retrains ? "RETRAIN=true FRAUD_API_KEY_FILE" : "FRAUD_API_KEY_FILE"));

        Assert.Equal("fraud", user);
        Assert.True(result.Output.Contains(expected, StringComparison.Ordinal), result.Output + result.Errors);
        Assert.Equal(asked is not null, result.Output.Contains("retraining asked for", StringComparison.Ordinal));
        Assert.Contains(asked ?? "", result.Output, StringComparison.Ordinal);
        // What is mailed is in the log, too.
        Assert.Equal(result.Output, await File.ReadAllTextAsync(_folder.File("var/log/fraud/daily-check.log")));
        Assert.DoesNotContain("a-key-of-the-analyst", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A service that is away and a program that is missing are no alarms of the model: nothing is retrained for them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DailyCheck_ThatCannotAsk_EndsWith2AndAsksForNothing(bool isProgramThere)
    {
        // Another place than the checkout's: nothing is built beside it.
        var deploy = Directory.CreateDirectory(_folder.File("elsewhere/deploy/monitoring")).Parent!.FullName;
        File.Copy(Path.Combine(Repository.Root, "deploy", "monitoring", "daily-check.sh"), Path.Combine(deploy, "monitoring", "daily-check.sh"));
        File.Copy(Path.Combine(Repository.Root, "deploy", "fraud"), Path.Combine(deploy, "fraud"));
        var script = isProgramThere ? Path.Combine(Repository.Root, "deploy", "monitoring", "daily-check.sh") : Path.Combine(deploy, "monitoring", "daily-check.sh");
        Write("bin/docker", "#!/bin/sh\nexit 1\n");

        var result = await ProgramRun.ToEnd("bash", [script, "http://127.0.0.1:1"], _folder.Path, [new("RETRAIN", "true"), new("PATH", CronPath)]);

        Assert.Equal(2, result.Exit);
        Assert.Contains("could not be asked", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("retraining", result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // What Debian's cron sets, the stand-ins, and where .NET is when it is not there.
    private string CronPath => $"{_folder.File("bin")}:/usr/bin:/bin:{Path.GetDirectoryName(Environment.ProcessPath)}:{Environment.GetEnvironmentVariable("DOTNET_ROOT")}:{DotnetFolder}";

    private static string DotnetFolder => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "dotnet"))) ?? "/usr/bin";

    private async Task<(string User, ProgramResult Result)> Run(string file, params (string Is, string Becomes)[] replace)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", file));
        var line = Assert.Single(text.Split('\n'), static line => line.Length > 0 && (char.IsAsciiDigit(line[0]) || line[0] == '*'));
        var fields = line.Split(' ', 7);
        Assert.All(fields[..5], static field => Assert.Matches(@"^(\*|\d{1,2})$", field));
        // cron takes it for the end of the line.
        Assert.DoesNotContain("%", fields[6], StringComparison.Ordinal);
        var command = fields[6];
        foreach (var (place, becomes) in new[] { ("/opt/fraud-detection", Repository.Root), ("/etc/fraud", _folder.File("etc/fraud")), ("/var/", _folder.File("var/")) }.Concat(replace))
        {
            command = command.Replace(place, becomes, StringComparison.Ordinal);
        }

        return (fields[5], await ProgramRun.ToEnd(
            "env", ["-i", $"PATH={CronPath}", "HOME=/", "LOGNAME=" + fields[5], "SHELL=/bin/sh", "/bin/sh", "-c", command], "/"));
    }

    private async Task Key()
    {
        await File.WriteAllTextAsync(_folder.File("private.key"), (await ProgramRun.ToEnd("age-keygen", [])).Output);
        await File.WriteAllTextAsync(_folder.File("etc/fraud/backup.recipients"), (await ProgramRun.ToEnd("age-keygen", ["-y", _folder.File("private.key")])).Output);
    }

    private static async Task<WebApplication> Service(bool isAlarmed)
    {
        const string Alarm = """{"subject":"amount","measure":"psi","value":0.5,"threshold":0.2,"raised_at":"2026-12-01T00:00:00Z","detail":"of a test"}""";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            // The key reaches the service by its own header, from its file.
            if (context.Request.Headers["X-API-Key"] != "a-key-of-the-analyst")
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            switch (context.Request.Path.Value)
            {
                case "/api/v1/drift":
                    await context.Response.WriteAsync(
                        $$"""{"model":"payments","model_version":"1","status":"healthy","data_drift_score":0.1,"payments":7,"alarms":[{{(isAlarmed ? Alarm : "")}}],"quality":[],"distributions":[]}""");
                    break;
                case "/model/info":
                    await context.Response.WriteAsync("""{"version":"1","metrics":{}}""");
                    break;
                case "/train" when context.Request.Method == "POST":
                    context.Response.StatusCode = StatusCodes.Status202Accepted;
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }
        });
        await app.StartAsync();
        return app;
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
