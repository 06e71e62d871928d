using System.Text.RegularExpressions;

namespace Fraud.Tests.Deploy;

/// <summary>Which metrics an expression asks for. Prometheus itself says whether it is an expression at all.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Words = new(
        ["and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left", "group_right", "inf", "nan"],
        StringComparer.OrdinalIgnoreCase);

    public static IReadOnlySet<string> Metrics(string expression)
    {
        // Labels are no metrics, nor are durations.
        var bare = Grouping().Replace(Matchers().Replace(Texts().Replace(expression, "\"\""), ""), "");
        bare = Duration().Replace(bare, "");
        return Name().Matches(bare)
            .Select(static match => match.Value)
            .Where(static name => !Words.Contains(name))
            .ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.None, 1_000)]
    private static partial Regex Texts();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]", RegexOptions.None, 1_000)]
    private static partial Regex Matchers();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", RegexOptions.None, 1_000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w:])\d[\w.]*", RegexOptions.None, 1_000)]
    private static partial Regex Duration();

    // What is followed by a bracket is a function.
    [GeneratedRegex(@"(?>[a-zA-Z_:][a-zA-Z0-9_:]*)(?!\s*\()", RegexOptions.None, 1_000)]
    private static partial Regex Name();
}
