using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>A workflow of CI, and as much of the service that runs it as its jobs' outputs need.</summary>
internal sealed partial class Workflow
{
    private Workflow(JsonObject document) => Document = document;

    public JsonObject Document { get; }

    public static async Task<Workflow> Read(string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, ".github", "workflows", name));
        var (exit, output, errors) = await ProgramRun.ToEnd("node", [Path.Combine(Repository.Root, "build", "lint", "yaml.mjs")], input: text);
        Assert.True(exit == 0, errors);
        return new Workflow(JsonNode.Parse(output)!.AsObject());
    }

    /// <summary>The step of a job with this id or name.</summary>
    public JsonObject Step(string job, string name) => Document["jobs"]![job]!["steps"]!.AsArray().Select(static step => step!.AsObject())
        .Single(step => (string?)step["id"] == name || (string?)step["name"] == name);

    /// <summary>Runs a step's commands with its variables, each expression filled in from <paramref name="context"/>.</summary>
    /// <param name="context">Values by names such as <c>vars.REGISTRY</c>; what is not in it is empty.</param>
    /// <param name="environment">What the runner sets: GITHUB_SHA and others.</param>
    public static Task<ProgramResult> Run(
        JsonObject step, IReadOnlyDictionary<string, string> context, IReadOnlyDictionary<string, string?> environment)
    {
        var all = new Dictionary<string, string?>(environment, StringComparer.Ordinal);
        foreach (var (name, value) in step["env"]?.AsObject() ?? [])
        {
            all[name] = Fill((string)value!, context);
        }

        return ProgramRun.ToEnd("bash", ["-euo", "pipefail", "-c", Fill((string)step["run"]!, context)], Repository.Root, all);
    }

    /// <summary>What becomes of a job's output on its way to another job: one that holds a secret arrives empty.</summary>
    public static string Pass(string output, IEnumerable<string> secrets) =>
        secrets.Any(secret => secret.Length > 0 && output.Contains(secret, StringComparison.Ordinal)) ? "" : output;

    private static string Fill(string text, IReadOnlyDictionary<string, string> context) => Expression().Replace(text, match => match.Groups[1].Value
        .Split("||", StringSplitOptions.TrimEntries)
        .Select(part => part.StartsWith('\'') ? part.Trim('\'') : context.GetValueOrDefault(part, ""))
        .FirstOrDefault(static value => value.Length > 0) ?? "");

    [GeneratedRegex(@"\$\{\{\s*(.+?)\s*\}\}", RegexOptions.None, 1_000)]
    private static partial Regex Expression();
}
