using System.Text.Json;
using System.Xml.Linq;
using Fraud.Tests.Support;

namespace Fraud.Tests.Build;

/// <summary>What is restored is what was tried: one version of each package, and a lock file beside each project.</summary>
public sealed class PinnedPackagesTests
{
    [Fact]
    public void Versions_OfAllPackages_AreOneEach()
    {
        var versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(static package => (string)package.Attribute("Version")!)
            .ToArray();

        Assert.NotEmpty(versions);
        Assert.All(versions, static version => Assert.Matches(@"^\d+\.\d+\.\d+[\w.-]*$", version));
    }

    [Fact]
    public void LockFile_OfEachProject_HasDigestsOfAllPackages()
    {
        var projects = Directory.GetDirectories(Repository.Root, "Fraud.*").Where(static folder => Directory.GetFiles(folder, "*.csproj").Length > 0).ToArray();

        Assert.NotEmpty(projects);
        Assert.All(projects, static project =>
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(project, "packages.lock.json")));
            Assert.All(
                locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(static framework => framework.Value.EnumerateObject())
                    .Where(static package => package.Value.GetProperty("type").GetString() != "Project"),
                static package => Assert.NotEmpty(package.Value.GetProperty("contentHash").GetString()!));
        });
    }

    /// <summary>The compiler names those assemblies alone that the code uses something of.</summary>
    [Fact]
    public void TestKits_OfActorsAndStreams_AreUsedByTheTests() => Assert.Superset(
        new HashSet<string?>(["Akka.TestKit.Xunit2", "Akka.Streams.TestKit"], StringComparer.Ordinal),
        typeof(PinnedPackagesTests).Assembly.GetReferencedAssemblies().Select(static assembly => assembly.Name).ToHashSet(StringComparer.Ordinal));
}
