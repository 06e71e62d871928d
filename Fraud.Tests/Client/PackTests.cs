using System.IO.Compression;
using System.Xml.Linq;
using Fraud.Tests.Examples;
using Fraud.Tests.Support;

namespace Fraud.Tests.Client;

public sealed class PackTests
{
    [Fact]
    public async Task Pack_Client_HoldsAssemblyDocsAndReadmeAndNeedsNothing()
    {
        using var folder = new TempFolder();

        await RunProgram.Run(
            Path.Combine(Repository.Root, "Fraud.Client"), new Dictionary<string, string>(),
            "dotnet", "pack", "-c", "Release", "--no-build", "--nologo", "-o", folder.Path);

        await using var package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(folder.Path, "Fraud.Client.*.nupkg")));
        var names = package.Entries.Select(static entry => entry.FullName).ToArray();
        Assert.Contains("lib/net10.0/Fraud.Client.dll", names);
        Assert.Contains("lib/net10.0/Fraud.Client.xml", names);
        Assert.Contains("README.md", names);
        await using var stream = await package.GetEntry("Fraud.Client.nuspec")!.OpenAsync();
        var specification = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        Assert.DoesNotContain(specification.Descendants(), static element => element.Name.LocalName == "dependency");
    }
}
