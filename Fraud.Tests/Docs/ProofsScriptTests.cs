using System.Runtime.Versioning;
using Fraud.Tests.Deploy;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>What <c>./test</c> says of the proofs of docs/acceptance.md after a run.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProofsScriptTests : IDisposable
{
    private const string Page = """
        | item | promise | state | proof |
        |---|---|---|---|
        | A-001 | one | done | `Tests.One` |
        | A-002 | two \| three | otherwise: by the same | `Tests.One` |
        | A-003 | a case | done | `Tests.Some(name: "a")` |
        | A-004 | all cases | done | `Tests.All` |
        | A-005 | nothing | left out: why not | none |
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Check_EachPassed_SaysHowMany()
    {
        var (exit, output) = await Check(("Tests.One", "Passed"), ("Tests.Some(name: \"a\")", "Passed"), ("Tests.Some(name: \"b\")", "Failed"), ("Tests.All(1)", "Passed"));

        Assert.True(exit == 0, output);
        Assert.Equal("3 of 3 proofs passed\n", output);
    }

    [Theory]
    [InlineData("Tests.One", "Failed", "proof of A-001 A-002: Failed: Tests.One")]
    [InlineData("Tests.One", "NotExecuted", "proof of A-001 A-002: NotExecuted: Tests.One")]
    [InlineData("Tests.Other", "Passed", "proof of A-001 A-002: did not run: Tests.One")]
    public async Task Check_OneFailedOrDidNotRun_IsNamed(string name, string outcome, string expected)
    {
        var (exit, output) = await Check((name, outcome), ("Tests.Some(name: \"a\")", "Passed"), ("Tests.All(1)", "Passed"));

        Assert.Equal(1, exit);
        Assert.Equal($"{expected}\n2 of 3 proofs passed\n", output);
    }

    [Theory]
    [InlineData("Passed", "Failed")]
    [InlineData("Failed", "Passed")]
    [InlineData("Passed", "NotExecuted")]
    public async Task Check_OneCaseOfSeveralFailed_FailsWhatStandsForAll(string first, string second)
    {
        var (exit, output) = await Check(("Tests.One", "Passed"), ("Tests.Some(name: \"a\")", "Passed"), ("Tests.All(1)", first), ("Tests.All(2)", second));

        Assert.Equal(1, exit);
        Assert.Contains("proof of A-004: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FailedAndPassedWhenRunAgain_Passed()
    {
        var first = Results("first.trx", ("Tests.One", "Failed"), ("Tests.Some(name: \"a\")", "Passed"), ("Tests.All(1)", "Failed"), ("Tests.All(2)", "Passed"));
        var again = Results("again.trx", ("Tests.One", "Passed"), ("Tests.All(1)", "Passed"));

        var (exit, output) = await Run(first, again);

        Assert.True(exit == 0, output);
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Exit, string Output)> Check(params (string Name, string Outcome)[] results) => Run(Results("tests.trx", results));

    private Task<(int Exit, string Output)> Run(params string[] results)
    {
        var page = _folder.File("page.md");
        File.WriteAllText(page, Page + "\n");
        return DeployTool.Run("build/proofs.sh", [page, .. results]);
    }

    // As Visual Studio's format has them: an element a line, escaped.
    private string Results(string file, params (string Name, string Outcome)[] results)
    {
        var path = _folder.File(file);
        File.WriteAllLines(path, results.Select(static result =>
            $"    <UnitTestResult testName=\"{System.Security.SecurityElement.Escape(result.Name)}\" duration=\"00:00:00.1\" outcome=\"{result.Outcome}\" />"));
        return path;
    }
}
