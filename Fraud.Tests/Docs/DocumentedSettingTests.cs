using System.Text.RegularExpressions;
using Fraud.Http.Settings;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>Whether the settings that documents and deployments name are ones: a service that is told another does not start.</summary>
public sealed partial class DocumentedSettingTests
{
    // Of this program, and of others that have such names themselves.
    private static readonly Dictionary<string, HashSet<string>> Known = SettingsCatalog.Sections.ToDictionary(
        static section => section.Name,
        static section => new SettingShape(section.Options).Properties.Select(static property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase),
        StringComparer.Ordinal);

    private static readonly string[] All =
    [
        "README.md", ".env.example", "docker-compose.yml", "deploy/kubernetes/fraud.yml", "deploy/kubernetes-discovery/nodes.yml", "deploy/helm/fraud/values.yaml",
        "deploy/helm/fraud/templates/configmap.yaml", "deploy/helm/fraud/templates/deployment.yaml", "deploy/profiles/god-mode.env",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Files => [.. All];

    [Theory]
    [MemberData(nameof(Files))]
    public void Settings_OfAFile_AreThoseOfTheService(string file) =>
        Assert.All(Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Where(static match => Known.ContainsKey(match.Groups["section"].Value)), match =>
            Assert.True(
                Known[match.Groups["section"].Value].Contains(match.Groups["name"].Value), $"{file}: there is no setting {match.Value}"));

    [Fact]
    public void Sections_OfTheService_AreFound() => Assert.True(
        All.SelectMany(static file => Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))))
            .Count(static match => Known.ContainsKey(match.Groups["section"].Value)) > 100);

    [GeneratedRegex(@"(?<![\w:/.])(?<section>[A-Z][A-Za-z]+)(__|:)(?<name>[A-Z][A-Za-z0-9]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Setting();
}
