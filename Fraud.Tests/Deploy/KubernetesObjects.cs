using System.Text.Json.Nodes;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>What manifests and chart make, each object through Kubernetes' own schemas.</summary>
internal static class KubernetesObjects
{
    public const string Tools = "build/lint/node_modules/.bin";

    public static readonly string[] Chart = ["template", "fraud", "deploy/helm/fraud"];

    /// <summary>Of a file with objects.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Manifest(params string[] path) =>
        await Read(await File.ReadAllTextAsync(Path.Combine([Repository.Root, "deploy", .. path])));

    /// <summary>Of a folder with a kustomization.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Kustomize(string folder)
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/kubectl", "kustomize", folder);
        Assert.True(exit == 0, output);
        return await Read(output);
    }

    /// <summary>Of the chart.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Render(params string[] values)
    {
        var (exit, output) = await DeployTool.Run($"{Tools}/helm", [.. Chart, .. values]);
        Assert.True(exit == 0, output);
        return await Read(output);
    }

    public static string Kind(JsonObject item) => (string)item["kind"]!;

    public static JsonObject Of(this IEnumerable<JsonObject> objects, string kind) => objects.Single(item => Kind(item) == kind);

    private static async Task<IReadOnlyList<JsonObject>> Read(string yaml)
    {
        var (exit, output, errors) = await ProgramRun.ToEnd("node", [Path.Combine(Repository.Root, "build", "lint", "kubernetes.mjs")], input: yaml);
        Assert.True(exit == 0, errors);
        return [.. JsonNode.Parse(output)!.AsArray().Select(static item => item!.AsObject())];
    }
}
