using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;
using Xunit.Sdk;

namespace Fraud.Tests.Docs;

/// <summary>
/// Whether docs/acceptance.md has every item once, counts right, and names tests that there are. That those passed is
/// looked at after the run, by build/proofs.sh.
/// </summary>
public sealed partial class AcceptanceTests
{
    // Of the references A to E, and F: what was ordered beyond them, and what their list had missed.
    private static readonly (char Reference, int Items)[] Lists = [('A', 147), ('B', 88), ('C', 27), ('D', 90), ('E', 34), ('F', 16)];

    [Fact]
    public void Items_OfEachList_AreThereOnceInTheirOrder() => Assert.Equal(
        Lists.SelectMany(static list => Enumerable.Range(1, list.Items)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{list.Reference}-{number:000}"))),
        AcceptancePage.Items.Select(static item => item.Id));

    [Fact]
    public void Rows_OfThePage_AreAllUnderstood() => Assert.Equal(
        AcceptancePage.Text.Split('\n').Count(static line => Item().IsMatch(line)), AcceptancePage.Items.Count);

    [Fact]
    public void States_AreOneOfFive_AndSayWhatIsOtherwiseOrMissing() => Assert.All(
        AcceptancePage.Items, static item => Assert.Matches(State(), $"{item.Id} {item.State}"));

    [Fact]
    public void Counts_OfTheSentence_AreThoseOfTheLines()
    {
        var sentence = Sentence().Match(AcceptancePage.Text);

        Assert.True(sentence.Success, "expected: Of N items N are done, N of them otherwise; N are done in part; N are not yet; N are left out.");
        Assert.Equal(
            (AcceptancePage.Items.Count, Of("done") + Of("otherwise"), Of("otherwise"), Of("in part"), Of("not yet"), Of("left out")),
            (Said("all"), Said("done"), Said("otherwise"), Said("part"), Said("not"), Said("out")));

        static int Of(string kind) => AcceptancePage.Items.Count(item => item.Kind == kind);
        int Said(string name) => int.Parse(sentence.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Proofs_AreThereWhereSomethingIsDone() => Assert.All(
        AcceptancePage.Items, static item => Assert.True(
            item.Proof is null == item.Kind is "not yet" or "left out", $"{item.Id}: {item.State}: {item.Proof ?? "no proof"}"));

    [Fact]
    public void Proofs_AreTestsThatRun() => Assert.All(
        AcceptancePage.Items.Where(static item => item.Proof is not null), static item => Assert.Equal("", WhyNone(item.Proof!)));

    [Fact]
    public void Proof_None_ServesMoreThanFiveItems() => Assert.All(
        AcceptancePage.Items.Where(static item => item.Proof is not null).GroupBy(static item => item.Proof),
        static proof => Assert.True(proof.Count() <= 5, $"{proof.Key}: {string.Join(", ", proof.Select(static item => item.Id))}"));

    [Fact]
    public void States_NameNoPlacesInTheSource() => Assert.All(
        AcceptancePage.Items, static item => Assert.DoesNotMatch(Source(), $"{item.Id} {item.State}"));

    [Fact]
    public void Pages_ThatItNames_AreThere() => Assert.All(
        AcceptancePage.Items, static item => Assert.All(
            Document().Matches(item.State).Select(static match => match.Value),
            page => Assert.True(File.Exists(Path.Combine(Repository.Root, page)), $"{item.Id}: there is no {page}")));

    /// <returns>Why it is no test that a run has; empty if it is one.</returns>
    private static string WhyNone(string proof)
    {
        var name = proof.Split('(')[0];
        var dot = name.LastIndexOf('.');
        if (dot < 0 || typeof(AcceptanceTests).Assembly.GetType(name[..dot]) is not { IsAbstract: false } type)
        {
            return $"there is no class {name[..Math.Max(0, dot)]}";
        }

        // Abstract classes hold what several stores have in common: a run names it by the store.
        var method = type.GetMethods().FirstOrDefault(method => method.Name == name[(dot + 1)..] && method.GetCustomAttribute<FactAttribute>() is not null);
        return method switch
        {
            null => $"{proof} is no test",
            _ when method.GetCustomAttribute<FactAttribute>()!.Skip is not null => $"{proof} is skipped",
            _ when name != proof && !Cases(type, method).Contains(proof, StringComparer.Ordinal) => $"there is no case {proof} among {string.Join(", ", Cases(type, method))}",
            _ => "",
        };
    }

    private static IEnumerable<string> Cases(Type type, MethodInfo method) =>
        from attribute in method.GetCustomAttributes<DataAttribute>()
        from row in attribute.GetData(method)
        select Reflector.Wrap(method).GetDisplayNameWithArguments($"{type.FullName}.{method.Name}", row, null);

    [GeneratedRegex(@"^\| [A-Z]-\d", RegexOptions.None, 1_000)]
    private static partial Regex Item();

    [GeneratedRegex(@"^\S+ (done(: .+)?|(otherwise|in part|not yet|left out): .+?)(; not run: .+)?$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex State();

    [GeneratedRegex(
        @"^Of (?<all>\d+) items (?<done>\d+) are done, (?<otherwise>\d+) of them otherwise; (?<part>\d+) are done in part; (?<not>\d+) are not yet; (?<out>\d+) are left out\.",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"(Fraud\.\w+|deploy|examples|config|models|build|\.github)/|\.cs\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Source();

    [GeneratedRegex(@"docs/[\w/-]+\.md", RegexOptions.None, 1_000)]
    private static partial Regex Document();
}
