using System.Globalization;
using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>Whether docs/acceptance.md counts right, and whether what it points at is there.</summary>
public sealed partial class AcceptanceTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "acceptance.md"));

    private static readonly (string Item, string State)[] Items =
        [.. Row().Matches(Page).Select(static row => (row.Groups["item"].Value, row.Groups["state"].Value))];

    private static readonly Lazy<string[]> Sources = new(static () =>
        [.. Directory.GetDirectories(Repository.Root, "Fraud.*")
            .SelectMany(static folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(static file => Path.GetFileNameWithoutExtension(file))]);

    [Fact]
    public void Counts_OfTheSecondSentence_AreThoseOfTheLines()
    {
        var counts = Sentence().Match(Page);
        Assert.True(counts.Success, "the second sentence is: Of N items N are here, N of them in part, as their lines say; N are left out.");

        Assert.Equal(Items.Length, Number(counts, "all"));
        Assert.Equal(Items.Count(static item => item.State.StartsWith("done", StringComparison.Ordinal)), Number(counts, "here"));
        Assert.Equal(Items.Count(static item => item.State.StartsWith("done in part", StringComparison.Ordinal)), Number(counts, "part"));
        Assert.Equal(Items.Count(static item => item.State.StartsWith("left out", StringComparison.Ordinal)), Number(counts, "out"));
    }

    [Fact]
    public void Items_AreEachThereOnceWithAState()
    {
        Assert.Equal(Items.Length, Items.Select(static item => item.Item).Distinct().Count());
        Assert.All(Items, static item => Assert.Matches("^(done: |done in part: |done otherwise: |left out[^:]*: |not yet$)", item.State));
    }

    [Fact]
    public void Pages_ThatItPointsAt_AreThere() => Assert.All(Items, static item =>
        Assert.All(Named().Matches(item.State).Select(static match => match.Value.TrimEnd('.', '/')), file =>
            Assert.True(Path.Exists(Path.Combine(Repository.Root, file)), $"{item.Item}: there is no {file}")));

    [Fact]
    public void Tests_ThatItPointsAt_AreThere() => Assert.All(Items, static item =>
        Assert.All(Test().Matches(item.State).Select(static match => match.Groups[1].Value), test =>
            Assert.True(Sources.Value.Contains(test, StringComparer.Ordinal), $"{item.Item}: there is no {test}")));

    private static int Number(Match counts, string name) => int.Parse(counts.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<item>[A-E]-\d{3}) \| .* \| (?<state>[^|]*(\\\|[^|]*)*) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^Of (?<all>\d+) items (?<here>\d+) are here, (?<part>\d+) of them in part, as their lines say; (?<out>\d+) are left out\.", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"(?<![\w/.*{-])(docs|deploy|examples|config|models|build|\.github|Fraud\.\w+)/[\w./-]+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Named();

    [GeneratedRegex(@"`(\w+Tests)`", RegexOptions.None, 1_000)]
    private static partial Regex Test();
}
