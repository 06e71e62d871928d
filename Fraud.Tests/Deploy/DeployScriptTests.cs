using System.Runtime.Versioning;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What deploy/deploy.sh does in which order, on a stand-in for docker that writes down what it is told.</summary>
[SupportedOSPlatform("linux")]
public sealed class DeployScriptTests : IDisposable
{
    // Containers run as soon as they were started with a good image; the image of each service is a file.
    private const string Docker = """
        #!/usr/bin/env bash
        image="${FRAUD_IMAGE:-fraud-detection:local}"
        echo "$*" >>"$FAKE/log"
        fails() { grep -qxF "$1" "$FAKE/fails" 2>/dev/null; }
        case "$*" in
          "info --format"*) echo "$FAKE" ;;
          info) ! fails engine ;;
          "compose config -q") ! fails config ;;
          "compose build"*) ! fails build ;;
          "compose pull"*) ! fails pull ;;
          "compose exec -T db pg_dump"*) if fails pg_dump; then exit 1; else echo "CREATE TABLE t ();"; fi ;;
          "compose up -d --no-build "*) for service in "${@:5}"; do echo "$image" >"$FAKE/run-$service"; done ;;
          "compose ps -q "* | "compose ps -aq "*) [ ! -e "$FAKE/run-$4" ] || echo "$4" ;;
          "inspect --format {{.Image}} "*) echo "sha256:of-$(cat "$FAKE/run-$4")" ;;
          "inspect --format "*) if fails "$4 $(cat "$FAKE/run-$4")"; then echo unhealthy; else echo healthy; fi ;;
          "image inspect "*) ! fails "no image $3" ;;
          "compose logs"*) echo "the logs" ;;
        esac
        """;

    private const string Curl = """
        #!/usr/bin/env bash
        case "${*: -1}" in
          */health) echo '{"status":"healthy"}' ;;
          */health/ready) echo '{"status":"ready"}' ;;
          */predict) echo '{"fraud_score":0.1,"decision":"approve"}' ;;
          */metrics) echo 'fraud_predictions_total{decision="approve"} 1' ;;
          *) exit 22 ;;
        esac
        """;

    private readonly TempFolder _folder = new();

    public DeployScriptTests()
    {
        Write("docker", Docker);
        Write("curl", Curl);
        File.WriteAllText(_folder.File("log"), "");
    }

    [Fact]
    public async Task Deploy_First_StartsWhatOthersRestOnFirstAndVerifies()
    {
        var (exit, output) = await Deploy();

        Assert.True(exit == 0, output);
        Assert.Equal(
            ["up db kafka", "up detection_service", "up api", "up prometheus alertmanager grafana"],
            Steps("up"));
        Assert.Contains("smoke: http://127.0.0.1:8000 scores", output, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:3000", output, StringComparison.Ordinal);
        // Nothing ran, so there was nothing to back up or to keep.
        Assert.Empty(Steps("exec", "tag", "build"));
    }

    [Fact]
    public async Task Deploy_OfANewVersion_BacksUpAndKeepsTheOldImageBeforeItStartsAnything()
    {
        Runs("db", "kafka", "detection_service", "api");

        var (exit, output) = await Deploy("--build", "--logs");

        Assert.True(exit == 0, output);
        Assert.Equal(
            [
                "build --pull api", "exec -T db pg_dump --username fraud --no-owner --no-privileges --dbname fraud",
                "tag sha256:of-old fraud-detection:previous",
                "up db kafka", "up detection_service", "up api", "up prometheus alertmanager grafana",
            ],
            Steps("build", "exec", "tag", "up"));
        Assert.Single(Directory.GetFiles(_folder.File("backups"), "fraud-*.sql.gz"));
        Assert.Equal("compose logs --follow --tail 100 detection_service api", File.ReadLines(_folder.File("log")).Last());
    }

    [Fact]
    public async Task Deploy_NewVersionThatIsNotHealthy_GoesBackToTheOldOneAndExitsWith5()
    {
        Runs("db", "kafka", "detection_service", "api");
        Fails("api fraud-detection:2.0");

        var (exit, output) = await Deploy("--image", "fraud-detection:2.0");

        Assert.Equal(5, exit);
        Assert.Contains("api(unhealthy)", output, StringComparison.Ordinal);
        Assert.Contains("the one from before does", output, StringComparison.Ordinal);
        Assert.Equal("fraud-detection:previous", (await File.ReadAllTextAsync(_folder.File("run-api"))).Trim());
        Assert.Equal("fraud-detection:previous", (await File.ReadAllTextAsync(_folder.File("run-detection_service"))).Trim());
        // The dashboards were not reached, and data were left alone.
        Assert.Equal(
            ["up db kafka", "up detection_service", "up api", "up detection_service", "up api"],
            Steps("up"));
    }

    [Fact]
    public async Task Deploy_NeitherVersionIsHealthy_ExitsWith6()
    {
        Runs("db", "kafka", "detection_service", "api");
        Fails("api fraud-detection:2.0", "api fraud-detection:previous");

        var (exit, _) = await Deploy("--image", "fraud-detection:2.0");

        Assert.Equal(6, exit);
    }

    [Fact]
    public async Task Deploy_FirstVersionThatIsNotHealthy_ExitsWith5AndSaysThatThereIsNoWayBack()
    {
        Fails("api fraud-detection:local");

        var (exit, output) = await Deploy();

        Assert.Equal(5, exit);
        Assert.Contains("no version from before", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engine", 3)]
    [InlineData("config", 3)]
    [InlineData("pull", 4)]
    [InlineData("pg_dump", 4)]
    public async Task Deploy_WhatIsNeededIsMissing_ChangesNothing(string failing, int code)
    {
        Runs("db", "kafka", "detection_service", "api");
        Fails(failing);

        var (exit, output) = await Deploy("--image", "fraud-detection:2.0");

        Assert.True(exit == code, output);
        Assert.Empty(Steps("up", "tag"));
    }

    [Fact]
    public async Task Deploy_DiskNearlyFull_IsRefused()
    {
        var (exit, output) = await Deploy([], ("DEPLOY_MIN_DISK_GB", "1000000000"));

        Assert.Equal(3, exit);
        Assert.Contains("GB left", output, StringComparison.Ordinal);
        Assert.Empty(Steps("up"));
    }

    [Fact]
    public async Task Rollback_StartsTheImageFromBefore()
    {
        Runs("db", "kafka", "detection_service", "api");

        var (exit, output) = await Deploy("--rollback");

        Assert.True(exit == 0, output);
        Assert.Equal(["up detection_service", "up api"], Steps("up", "exec"));
        Assert.Equal("fraud-detection:previous", (await File.ReadAllTextAsync(_folder.File("run-api"))).Trim());
    }

    [Fact]
    public async Task Rollback_WithoutAnImageFromBefore_ChangesNothing()
    {
        Fails("no image fraud-detection:previous");

        var (exit, _) = await Deploy("--rollback");

        Assert.Equal(4, exit);
        Assert.Empty(Steps("up"));
    }

    [Fact]
    public async Task Deploy_UnknownOption_IsWrongUse()
    {
        var (exit, output) = await Deploy("--biuld");

        Assert.Equal(2, exit);
        Assert.Contains("--biuld", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Exit, string Output)> Deploy(params string[] arguments) => Deploy(arguments, []);

    private Task<(int Exit, string Output)> Deploy(string[] arguments, params (string Name, string Value)[] environment)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            ["FAKE"] = _folder.Path,
            ["BACKUP_FOLDER"] = _folder.File("backups"),
            ["DEPLOY_TIMEOUT"] = "1",
            ["DEPLOY_PAUSE"] = "0.05",
            ["DEPLOY_MIN_DISK_GB"] = "0",
            // Said here, so that nobody's .env says it.
            ["FRAUD_IMAGE"] = "fraud-detection:local",
            ["API_PORTS"] = "8000",
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return DeployTool.Run("bash", variables, [Path.Combine(Repository.Root, "deploy", "deploy.sh"), .. arguments]);
    }

    /// <summary>What docker was told that begins with one of these, without what each has in common.</summary>
    private string[] Steps(params string[] verbs) =>
    [
        .. File.ReadAllLines(_folder.File("log"))
            .Select(static line => line.Replace("compose ", "", StringComparison.Ordinal).Replace("up -d --no-build", "up", StringComparison.Ordinal))
            .Where(line => verbs.Any(verb => line.StartsWith(verb + " ", StringComparison.Ordinal))),
    ];

    private void Runs(params string[] services) =>
        Array.ForEach(services, service => File.WriteAllText(_folder.File($"run-{service}"), "old"));

    private void Fails(params string[] what) => File.WriteAllLines(_folder.File("fails"), what);

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
