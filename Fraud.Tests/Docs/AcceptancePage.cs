using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>A line of docs/acceptance.md: what is promised, how it stands, and the test that fails where that is no longer so.</summary>
/// <param name="Proof">Full name of a test, with its arguments where one case of several is meant; null where there is nothing to prove.</param>
internal sealed record AcceptanceItem(string Id, string Promise, string State, string? Proof)
{
    /// <summary>The state without what is said of it.</summary>
    public string Kind => State.Split(':', ';')[0];
}

/// <summary>docs/acceptance.md, read.</summary>
internal static partial class AcceptancePage
{
    public static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "acceptance.md"));

    public static readonly IReadOnlyList<AcceptanceItem> Items =
    [
        .. Row().Matches(Text).Select(static row => new AcceptanceItem(
            row.Groups["id"].Value, row.Groups["promise"].Value, row.Groups["state"].Value, row.Groups["proof"].Success ? row.Groups["proof"].Value : null)),
    ];

    [GeneratedRegex(
        @"^\| (?<id>[A-Z]-\d{3}) \| (?<promise>([^|\\]|\\.)+) \| (?<state>([^|\\]|\\.)+) \| (`(?<proof>[^`]+)`|none) \|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Row();
}
