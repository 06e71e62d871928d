using System.IO.Compression;
using System.Xml.Linq;
using Fraud.Tests.Examples;
using Fraud.Tests.Support;

namespace Fraud.Tests.Client;

public sealed class PackTests
{
    [Theory]
    [InlineData("Fraud.Client")]
    [InlineData("Fraud.Client.DependencyInjection", "Fraud.Client", "Microsoft.Extensions.Http.Resilience")]
    public async Task Pack_Library_HoldsAssemblyDocsAndReadmeAndNeedsThese(string name, params string[] needs)
    {
        using var folder = new TempFolder();

        await RunProgram.Run(
            Path.Combine(Repository.Root, name), new Dictionary<string, string>(),
            "dotnet", "pack", "-c", "Release", "--no-build", "--nologo", "-o", folder.Path);

        await using var package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(folder.Path, name + ".*.nupkg")));
        var names = package.Entries.Select(static entry => entry.FullName).ToArray();
        Assert.Contains($"lib/net10.0/{name}.dll", names);
        Assert.Contains($"lib/net10.0/{name}.xml", names);
        Assert.Contains("README.md", names);
        await using var stream = await package.GetEntry(name + ".nuspec")!.OpenAsync();
        var specification = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        Assert.Equal(needs, specification.Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value));
    }
}
