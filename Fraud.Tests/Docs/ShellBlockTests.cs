using System.Runtime.Versioning;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>
/// Every block of shell commands in the documents runs: here, in other tests, or it is on the list of those that cannot, with the reason. A
/// new one runs without being asked.
/// </summary>
[Collection(PostgresNodesCollection.Name)]
[SupportedOSPlatform("linux")]
public sealed class ShellBlockTests(ShellSandbox sandbox, PostgresServer postgres) : IClassFixture<ShellSandbox>
{
    /// <summary>Those with a block that runs here.</summary>
    public static TheoryData<string> Documents =>
        [.. ShellBlock.Documents.Where(static document => ShellBlock.Of(document).Any(static block => block.IsShell && UnrunBlocks.Of(block) is null))];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Commands_OfADocument_Run(string document)
    {
        var checkout = await sandbox.Prepare(document, postgres);
        foreach (var block in ShellBlock.Of(document).Where(static block => block.IsShell && UnrunBlocks.Of(block) is null))
        {
            await checkout.Before(block);
            var (exit, output, errors) = await checkout.Run(block);
            Assert.True(exit == 0, $"{document}:{block.Line} ended with {exit}:\n{block.Text}\n{output}\n{errors}");
        }
    }

    /// <summary>A block without a language is neither commands nor an answer: no test would know what to do with it.</summary>
    [Fact]
    public void Blocks_AllOfThem_SayWhatTheyAre() =>
        Assert.All(ShellBlock.Documents.SelectMany(ShellBlock.Of), static block =>
            Assert.True(
                block.Language is "sh" or "bash" or "text" or "json" or "python" or "javascript" or "csharp" or "sql" or "yaml" or "ini",
                $"{block.Document}:{block.Line}: '{block.Language}'"));

    [Fact]
    public void List_OfThoseThatDoNotRun_NamesBlocksThatThereAre()
    {
        var blocks = ShellBlock.Documents.SelectMany(ShellBlock.Of).Where(static block => block.IsShell).ToArray();

        Assert.All(UnrunBlocks.All.Keys, one => Assert.Single(
            blocks, block => block.Document == one.Document && block.Text.StartsWith(one.Begins, StringComparison.Ordinal)));
        Assert.All(UnrunBlocks.OfDocuments.Keys, document => Assert.Contains(blocks, block => block.Document == document));
    }

    /// <summary>The tests that a reason names, so that it stays true.</summary>
    [Fact]
    public void List_OfThoseThatDoNotRun_NamesTestsThatThereAre()
    {
        var types = typeof(ShellBlockTests).Assembly.GetTypes().Select(static type => type.Name).ToHashSet(StringComparer.Ordinal);
        var named = UnrunBlocks.All.Values.Concat(UnrunBlocks.OfDocuments.Values)
            .SelectMany(static reason => reason.Split([' ', ',', ':', ';', '(', ')']))
            .Where(static word => word.EndsWith("Tests", StringComparison.Ordinal));

        Assert.All(named, name => Assert.Contains(name, types));
    }
}
