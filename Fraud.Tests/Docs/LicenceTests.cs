using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>What everyone who takes the program looks for first: under which licence it is, and whom to tell of a weakness.</summary>
public sealed class LicenceTests
{
    [Fact]
    public void Files_OfTheLicenceAndOfReports_AreThereAndNamed()
    {
        var licence = Text("LICENSE");
        Assert.Contains("Apache License", licence, StringComparison.Ordinal);
        Assert.Contains("END OF TERMS AND CONDITIONS", licence, StringComparison.Ordinal);
        Assert.Contains("private report", Text("SECURITY.md"), StringComparison.Ordinal);
        var readme = Text("README.md");
        Assert.Contains("(LICENSE)", readme, StringComparison.Ordinal);
        Assert.Contains("(SECURITY.md)", readme, StringComparison.Ordinal);
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));
}
