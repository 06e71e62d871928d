using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;
using Fraud.Tests.Support;

namespace Fraud.Tests.Build;

/// <summary>A package that a project names is used by its code: each costs everyone a download, a version to keep, a licence.</summary>
public sealed class PackageReferenceTests
{
    /// <summary>Packages whose assemblies no code of ours calls, and why they are there all the same.</summary>
    private static readonly Dictionary<string, string> Tools = new(StringComparer.Ordinal)
    {
        ["Akka.Persistence.Sql"] = "the journal that Akka.Persistence loads by the name of its class",
        ["Ceen.Httpd"] = "the HTTP server of Akka.Management, which names a version that cannot be had",
        ["Grpc.Tools"] = "generates classes from protocols",
        ["librdkafka.redist"] = "the library that Confluent.Kafka loads",
        ["Meziantou.Analyzer"] = "checks the code",
        ["Microsoft.CodeAnalysis.BannedApiAnalyzers"] = "checks the code",
        ["Microsoft.NET.Test.Sdk"] = "makes 'dotnet test' find and run the tests",
        ["xunit.runner.visualstudio"] = "makes 'dotnet test' find and run the tests",
    };

    public static TheoryData<string> Projects => new(ProjectFiles());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_EveryPackage_IsUsedByItsCode(string project)
    {
        var path = Path.Combine(Repository.Root, project);
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "obj", "project.assets.json")));
        var packages = new RestoredPackages(assets.RootElement);
        var called = CalledBy(AssemblyOf(path));

        var unused = packages.NamedByTheProject.Except(Tools.Keys).Where(package => !packages.AssembliesOf(package).Overlaps(called));

        Assert.Empty(unused);
    }

    [Fact]
    public void Tools_EachOfThem_IsNamedBySomeProject()
    {
        var named = Directory.EnumerateFiles(Repository.Root, "*.props").Concat(ProjectFiles().Select(static project => Path.Combine(Repository.Root, project)))
            .SelectMany(static file => XDocument.Load(file).Descendants("PackageReference"))
            .Select(static reference => (string)reference.Attribute("Include")!);

        Assert.Empty(Tools.Keys.Except(named));
    }

    /// <summary>Those whose code lies beside the tests: all but the example.</summary>
    private static IEnumerable<string> ProjectFiles() => Directory
        .EnumerateFiles(Repository.Root, "Fraud.*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
        .Select(static project => Path.GetRelativePath(Repository.Root, project))
        .Order(StringComparer.Ordinal);

    private static string AssemblyOf(string project)
    {
        var name = (string?)XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault() ?? Path.GetFileNameWithoutExtension(project);
        return Path.Combine(AppContext.BaseDirectory, name + ".dll");
    }

    /// <summary>The compiler names those assemblies alone that the code uses something of.</summary>
    private static HashSet<string> CalledBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    /// <summary>What restoring a project got.</summary>
    private sealed class RestoredPackages(JsonElement assets)
    {
        private readonly Dictionary<string, JsonElement> _libraries = assets.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject()
            .ToDictionary(static library => library.Name.Split('/')[0], static library => library.Value, StringComparer.OrdinalIgnoreCase);

        public IEnumerable<string> NamedByTheProject =>
            assets.GetProperty("project").GetProperty("frameworks").EnumerateObject().First().Value.TryGetProperty("dependencies", out var named)
                ? named.EnumerateObject().Where(static one => one.Value.GetProperty("target").GetString() == "Package").Select(static one => one.Name)
                : [];

        /// <summary>A package without assemblies stands for those that it depends on.</summary>
        public HashSet<string> AssembliesOf(string package)
        {
            var library = _libraries[package];
            HashSet<string> own = library.TryGetProperty("compile", out var compile)
                ? [.. compile.EnumerateObject().Where(static file => file.Name.EndsWith(".dll", StringComparison.Ordinal))
                    .Select(static file => Path.GetFileNameWithoutExtension(file.Name))]
                : [];
            return own.Count > 0 || !library.TryGetProperty("dependencies", out var needed)
                ? own
                : [.. needed.EnumerateObject().Where(one => _libraries.ContainsKey(one.Name)).SelectMany(one => AssembliesOf(one.Name))];
        }
    }
}
