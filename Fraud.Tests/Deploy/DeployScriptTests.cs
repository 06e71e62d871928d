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
          "compose up -d --no-build "*)
            for service in "${@:5}"; do echo "$image" >"$FAKE/run-$service"; done
            echo "$(head -n 1 docker-compose.yml) in ${COMPOSE_PROJECT_NAME:-its folder}, ${DETECTION_NODES:-1} and ${API_NODES:-1} nodes" >>"$FAKE/started" ;;
          "compose ps -q "* | "compose ps -aq "*)
            [ ! -e "$FAKE/run-$4" ] || echo "$4"
            [ ! -e "$FAKE/more-$4" ] || cat "$FAKE/more-$4" ;;
          "inspect --format {{index .Config.Labels"*) echo fraud-detection ;;
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

    /// <summary>Composition, mounted files and settings with it: what ran is brought back whole.</summary>
    [Fact]
    public async Task Deploy_ThatFailsAfterTheFilesChanged_GoesBackToTheFilesOfThen()
    {
        var checkout = Checkout("# one", "RULES=1");
        Assert.Equal(0, (await DeployIn(checkout, "--image", "fraud-detection:1.0")).Exit);
        Change(checkout, "# two", "RULES=2");
        Fails("api fraud-detection:2.0");

        var (exit, output) = await DeployIn(checkout, "--image", "fraud-detection:2.0");

        Assert.True(exit == 5, output);
        Assert.Contains("the composition and the settings that ran before", output, StringComparison.Ordinal);
        Assert.EndsWith("# one in fraud-detection, 1 and 1 nodes", (await File.ReadAllTextAsync(_folder.File("started"))).Trim(), StringComparison.Ordinal);
        var before = Path.Combine(checkout, ".deployed", "before");
        Assert.Equal(("# one\n", "RULES=1\n"), (await File.ReadAllTextAsync(Path.Combine(before, "docker-compose.yml")), await File.ReadAllTextAsync(Path.Combine(before, ".env"))));
        // What lies in the checkout is for who looks into the failure.
        Assert.Equal("# two\n", await File.ReadAllTextAsync(Path.Combine(checkout, "docker-compose.yml")));
    }

    [Fact]
    public async Task Rollback_AfterAnUpdateThatRan_StartsTheImageWithTheFilesOfThen()
    {
        var checkout = Checkout("# one", "RULES=1");
        Assert.Equal(0, (await DeployIn(checkout, "--image", "fraud-detection:1.0")).Exit);
        Change(checkout, "# two", "RULES=2");
        Assert.Equal(0, (await DeployIn(checkout, "--image", "fraud-detection:2.0")).Exit);
        Assert.Contains("# two in its folder", (await File.ReadAllLinesAsync(_folder.File("started")))[^1], StringComparison.Ordinal);

        var (exit, output) = await DeployIn(checkout, "--rollback");

        Assert.True(exit == 0, output);
        Assert.Equal("# one in fraud-detection, 1 and 1 nodes", (await File.ReadAllLinesAsync(_folder.File("started")))[^1]);
        Assert.Equal("fraud-detection:previous", (await File.ReadAllTextAsync(_folder.File("run-api"))).Trim());
        // Two copies at most, and what runs is the one of before.
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(checkout, ".deployed"), "2*").Length);
        Assert.Equal("# one\n", await File.ReadAllTextAsync(Path.Combine(checkout, ".deployed", "now", "docker-compose.yml")));
    }

    /// <summary>An update of three nodes is three nodes afterwards, whether .env says how many or not.</summary>
    [Theory]
    [InlineData(null, "3 and 1 nodes")]
    [InlineData("5", "5 and 1 nodes")]
    public async Task Deploy_WithMoreNodesThanOne_KeepsTheirNumber(string? said, string expected)
    {
        Runs("db", "kafka", "detection_service", "api");
        await File.WriteAllTextAsync(_folder.File("more-detection_service"), "detection_service\ndetection_service\n");

        var (exit, output) = said is null ? await Deploy("--image", "fraud-detection:2.0") : await Deploy(["--image", "fraud-detection:2.0"], ("DETECTION_NODES", said));

        Assert.True(exit == 0, output);
        Assert.All(await File.ReadAllLinesAsync(_folder.File("started")), line => Assert.EndsWith(expected, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deploy_WithABackupThatMayNotBePlain_ChangesNothingWithoutRecipients()
    {
        Runs("db", "kafka", "detection_service", "api");

        var (exit, output) = await Deploy(["--image", "fraud-detection:2.0"], ("BACKUP_PLAIN", "false"), ("BACKUP_RECIPIENTS", _folder.File("none")));

        Assert.True(exit == 4, output);
        Assert.Contains("BACKUP_RECIPIENTS", output, StringComparison.Ordinal);
        Assert.Empty(Steps("up", "tag"));
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
        return DeployTool.Run("bash", Variables(environment), [Path.Combine(Repository.Root, "deploy", "deploy.sh"), .. arguments]);
    }

    /// <summary>In a checkout of its own, which keeps what it deployed.</summary>
    private Task<(int Exit, string Output)> DeployIn(string checkout, params string[] arguments)
    {
        var variables = Variables(("DEPLOY_STATE", Path.Combine(checkout, ".deployed")));
        variables["FRAUD_IMAGE"] = null;
        return DeployTool.Run("bash", variables, [Path.Combine(checkout, "deploy", "deploy.sh"), .. arguments]);
    }

    private string Checkout(string composition, string settings)
    {
        var checkout = Directory.CreateDirectory(_folder.File("checkout")).FullName;
        foreach (var script in new[] { "deploy.sh", "smoke.sh", "backup/backup.sh" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(checkout, "deploy", script))!);
            File.Copy(Path.Combine(Repository.Root, "deploy", script), Path.Combine(checkout, "deploy", script));
        }

        Change(checkout, composition, settings);
        return checkout;
    }

    private static void Change(string checkout, string composition, string settings)
    {
        File.WriteAllText(Path.Combine(checkout, "docker-compose.yml"), composition + "\n");
        File.WriteAllText(Path.Combine(checkout, ".env"), settings + "\n");
    }

    private Dictionary<string, string?> Variables(params (string Name, string Value)[] environment)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            ["FAKE"] = _folder.Path,
            ["BACKUP_FOLDER"] = _folder.File("backups"),
            ["DEPLOY_TIMEOUT"] = "1",
            ["DEPLOY_PAUSE"] = "0.05",
            ["DEPLOY_MIN_DISK_GB"] = "0",
            // Said here, so that no .env of the machine says it.
            ["FRAUD_IMAGE"] = "fraud-detection:local",
            ["API_PORTS"] = "8000",
            ["BACKUP_PLAIN"] = "true",
            ["DEPLOY_STATE"] = _folder.File("deployed"),
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return variables;
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
