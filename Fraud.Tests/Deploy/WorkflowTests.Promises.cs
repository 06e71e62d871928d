using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What the reference systems' pipelines do, in ours. No job was ever run: what is held here is what the files say.</summary>
public sealed partial class WorkflowTests
{
    [Fact]
    public void Format_OfEachChange_LooksAtSpacingImportsAndStyle()
    {
        Assert.Contains("push:", Read("ci.yml"), StringComparison.Ordinal);
        Assert.Contains("pull_request:", Read("ci.yml"), StringComparison.Ordinal);
        // Without "whitespace" it is all three.
        Assert.Contains("run: dotnet format Fraud.sln --no-restore --verify-no-changes\n", Job("ci.yml", "format"), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_OfEachChange_RunsAllWithCoverageAndKeepsIt()
    {
        var job = Job("ci.yml", "test");

        Assert.Contains("run: ./test --coverage artifacts/coverage\n", job, StringComparison.Ordinal);
        Assert.Matches(@"uses: actions/upload-artifact@\S+ # \S+\n\s+if: always\(\)\n\s+with:\n\s+name: coverage\n\s+path: artifacts/coverage\n", job);
    }

    [Fact]
    public void Image_Pushed_WasBuiltScannedAndStartedBefore()
    {
        string[] steps =
        [
            "uses: docker/setup-buildx-action@", "uses: docker/build-push-action@", "uses: aquasecurity/trivy-action@", "- name: start the whole system",
            "uses: docker/login-action@", "- name: push",
        ];

        var places = steps.Select(step => Job("images.yml", "image").IndexOf(step, StringComparison.Ordinal)).ToArray();

        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Image_Tags_AreBranchVersionAndCommit()
    {
        var job = Job("images.yml", "image");

        Assert.All(["type=ref,event=branch", "type=semver,pattern={{version}}", ":sha-${GITHUB_SHA::12}"], tag => Assert.Contains(tag, job, StringComparison.Ordinal));
    }

    [Fact]
    public void Image_Registry_IsDockerHubOrWhatAVariableNames()
    {
        var job = Job("images.yml", "image");

        Assert.Contains("REGISTRY: ${{ vars.REGISTRY || 'docker.io' }}", job, StringComparison.Ordinal);
        Assert.Contains("registry: ${{ vars.REGISTRY || 'docker.io' }}", job, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_Scan_FailsOnHighAndCriticalAndRunsWeekly()
    {
        var scan = Job("images.yml", "image")[Job("images.yml", "image").IndexOf("- name: scan", StringComparison.Ordinal)..];
        scan = scan[..scan.IndexOf("\n      - uses:", StringComparison.Ordinal)];

        Assert.Contains("severity: HIGH,CRITICAL\n", scan, StringComparison.Ordinal);
        Assert.Contains("exit-code: \"1\"", scan, StringComparison.Ordinal);
        Assert.Matches(@"schedule:\n(\s+#.*\n)*\s+- cron: ""\d+ \d+ \* \* \d""", Read("images.yml"));
    }

    [Fact]
    public void Image_Started_IsHealthyScoresAndIsWatched()
    {
        var job = Job("images.yml", "image");

        Assert.Contains("deploy/deploy.sh --no-backup\n", job, StringComparison.Ordinal);
        Assert.Matches(@"PROMETHEUS_URL=http://127\.0\.0\.1:9090 .*deploy/smoke\.sh\n", job);
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("production")]
    public void Deploy_ToAnEnvironment_GoesThroughTheScriptAndTellsOfAFailure(string environment)
    {
        var job = Job("deploy.yml", environment);

        Assert.Contains(environment == "staging" ? "if: github.ref == 'refs/heads/develop'" : "if: github.ref_type == 'tag'", job, StringComparison.Ordinal);
        // Where production has required reviewers, one of them has to agree first.
        Assert.Contains($"environment: {environment}\n", job, StringComparison.Ordinal);
        Assert.Contains("run: deploy/remote.sh ", job, StringComparison.Ordinal);
        Assert.Matches(@"if: failure\(\)[\s\S]*deploy/notify\.sh", job);
    }

    [Fact]
    public void Models_Better_AreProposedAsAPullRequest() =>
        Assert.Matches(@"challenger\.tar\.gz[\s\S]*git push origin[\s\S]*gh pr create ", Job("models.yml", "check"));

    [Fact]
    public void Models_OfAWeek_AreKeptAsArtifacts() =>
        Assert.Matches(@"upload-artifact@\S+ # \S+\n\s+if: always\(\)\n\s+with:\n\s+name: models\n\s+path: artifacts/models\n\s+retention-days: \d+", Job("models.yml", "check"));

    [Fact]
    public void Secrets_OfWorkflows_ComeFromTheServiceAlone()
    {
        var all = string.Concat(Directory.GetFiles(Folder, "*.yml").Select(File.ReadAllText));

        Assert.All(["DOCKERHUB_TOKEN", "DEPLOY_SSH_KEY", "SLACK_WEBHOOK"], secret => Assert.Contains($"secrets.{secret}", all, StringComparison.Ordinal));
        Assert.DoesNotMatch(Said(), all);
    }

    [Fact]
    public void Dependabot_OfEverythingThatIsTakenFromElsewhere_LooksWeekly()
    {
        var updates = File.ReadAllText(Path.Combine(Repository.Root, ".github", "dependabot.yml")).Split("- package-ecosystem: ")[1..];

        Assert.Equal(
            ["docker", "docker-compose", "github-actions", "npm", "nuget"],
            updates.Select(static update => update[..update.IndexOf('\n', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(updates, static update => Assert.Contains("interval: weekly", update, StringComparison.Ordinal));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static string Job(string file, string name)
    {
        var jobs = JobName().Split("\n" + Read(file)[Read(file).IndexOf("\njobs:\n", StringComparison.Ordinal)..]);
        return Assert.Single(jobs, job => job.StartsWith(name + ":\n", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\n  (?=[a-z]+:\n)", RegexOptions.None, 1_000)]
    private static partial Regex JobName();

    // A password, key or token whose value is no expression of the service and no output of a step.
    [GeneratedRegex(@"(?i)(password|token|secret|_key)[A-Z_]*: +(?!\$\{\{|\{required)\S", RegexOptions.None, 1_000)]
    private static partial Regex Said();
}
