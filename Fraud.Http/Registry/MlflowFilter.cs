using System.Globalization;
using System.Text.RegularExpressions;

namespace Fraud.Http.Registry;

/// <summary>
/// MLflow's search language: conditions joined by AND, on attributes and on tags, whose keys may stand in backticks or quotes.
/// What a model or version does not have equals nothing: != holds of it, and nothing else does. So clients find models here
/// that ask for those without the tag mlflow.prompt.is_prompt, as they do since models share a registry with prompts.
/// </summary>
internal sealed partial class MlflowFilter
{
    public const string NameKey = "name";

    // Conditions are short: never reached.
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly List<Condition> _conditions = [];

    /// <summary>The one name that is asked for, if it is one.</summary>
    public string? Name => _conditions.Where(static one => one is { Key: NameKey, IsTag: false }).ToList() is [{ Operator: "=", Values: [var name] }] ? name : null;

    /// <param name="text">Null or empty: all fit.</param>
    /// <param name="attributes">What can be asked for beside tags.</param>
    /// <exception cref="MlflowRefusedException">It is none, or asks for something else.</exception>
    public static MlflowFilter Parse(string? text, IReadOnlyList<string> attributes)
    {
        var filter = new MlflowFilter();
        var rest = text ?? "";
        while (!string.IsNullOrWhiteSpace(rest))
        {
            var found = OneCondition().Match(rest);
            if (!found.Success || Read(found, attributes) is not { } condition)
            {
                throw Wrong(attributes);
            }

            filter._conditions.Add(condition);
            rest = rest[found.Length..];
            if (found.Groups["and"].Length > 0 && string.IsNullOrWhiteSpace(rest))
            {
                throw Wrong(attributes);
            }
        }

        return filter;
    }

    /// <param name="attribute">An attribute's value; null where there is none.</param>
    /// <param name="tag">A tag's, likewise.</param>
    /// <param name="resolve">What a name stands for.</param>
    public bool Takes(Func<string, string?> attribute, Func<string, string?> tag, Func<string, string> resolve) => _conditions.TrueForAll(
        one => one.Holds(one.IsTag ? tag(one.Key) : attribute(one.Key), one is { Key: NameKey, IsTag: false } ? resolve : static value => value));

    private static Condition? Read(Match found, IReadOnlyList<string> attributes)
    {
        var key = Bare(found.Groups["key"].Value);
        var isTag = found.Groups["tag"].Success;
        if (isTag)
        {
            if (!key.Equals("tag", StringComparison.OrdinalIgnoreCase) && !key.Equals("tags", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            key = Bare(found.Groups["tag"].Value);
        }
        else if (!attributes.Contains(key))
        {
            return null;
        }

        var sign = found.Groups["operator"].Value.ToUpperInvariant();
        var value = found.Groups["value"].Value;
        if (value.StartsWith('(') != (sign == "IN"))
        {
            return null;
        }

        return new Condition(key, isTag, sign, value.StartsWith('(') ? [.. Quoted().Matches(value).Select(static one => Bare(one.Value))] : [Bare(value)]);
    }

    private static string Bare(string text) => text.Length > 1 && text[0] is '\'' or '"' or '`' ? text[1..^1] : text;

    private static MlflowRefusedException Wrong(IReadOnlyList<string> attributes) => new(MlflowProblems.Wrong(
        "filter",
        $"conditions joined by AND on {string.Join(", ", attributes)} or tags.`KEY`, with =, !=, LIKE, ILIKE, IN ('...'), <, <=, > or >=, such as name LIKE 'pay%'"));

    [GeneratedRegex(
        """
        ^\s*(?<key>`[a-z_]+`|"[a-z_]+"|[a-z_]+)(\.(?<tag>`[^`]+`|"[^"]+"|[\w./-]+))?\s*(?<operator>!=|>=|<=|=|>|<|LIKE|ILIKE|IN)\s*(?<value>'[^']*'|"[^"]*"|[0-9]{1,18}|\(\s*'[^']*'\s*(,\s*'[^']*'\s*)*\))\s*((?<and>AND\s)|$)
        """,
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OneCondition();

    [GeneratedRegex("'[^']*'", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    private sealed record Condition(string Key, bool IsTag, string Operator, IReadOnlyList<string> Values)
    {
        public bool Holds(string? value, Func<string, string> resolve) => Operator switch
        {
            "=" or "IN" => value is not null && Values.Any(one => value == resolve(one)),
            "!=" => value is null || value != resolve(Values[0]),
            "LIKE" => value is not null && IsLike(value, Values[0], RegexOptions.None),
            "ILIKE" => value is not null && IsLike(value, Values[0], RegexOptions.IgnoreCase),
            _ => IsOrdered(value),
        };

        private bool IsOrdered(string? value)
        {
            const NumberStyles style = NumberStyles.Float;
            if (!double.TryParse(value, style, CultureInfo.InvariantCulture, out var left)
                || !double.TryParse(Values[0], style, CultureInfo.InvariantCulture, out var right))
            {
                return false;
            }

            return Operator switch { "<" => left < right, "<=" => left <= right, ">" => left > right, _ => left >= right };
        }

        private static bool IsLike(string value, string pattern, RegexOptions options) => Regex.IsMatch(
            value,
            $"^{Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace('_', '.')}$",
            options | RegexOptions.NonBacktracking,
            MatchTime);
    }
}
