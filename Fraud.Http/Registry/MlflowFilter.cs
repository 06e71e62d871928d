using System.Text.RegularExpressions;

namespace Fraud.Http.Registry;

/// <summary>The part of MLflow's search language that a registry without runs has a use for: conditions on the name.</summary>
internal sealed partial class MlflowFilter
{
    // Names and patterns are short: never reached.
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly List<(string Operator, string Value)> _conditions = [];

    /// <summary>The one name that is asked for, if it is one.</summary>
    public string? Name => _conditions is [("=", var name)] ? name : null;

    /// <exception cref="MlflowRefusedException">It is none, or asks for something else.</exception>
    public static MlflowFilter Parse(string? text)
    {
        var filter = new MlflowFilter();
        if (string.IsNullOrWhiteSpace(text))
        {
            return filter;
        }

        foreach (var part in And().Split(text))
        {
            var condition = Condition().Match(part);
            if (!condition.Success)
            {
                throw new MlflowRefusedException(MlflowProblems.Wrong("filter", "conditions such as name = 'payments' or name LIKE 'pay%', joined by AND"));
            }

            filter._conditions.Add((condition.Groups["operator"].Value.ToUpperInvariant(), condition.Groups["value"].Value));
        }

        return filter;
    }

    /// <param name="resolve">What a name stands for.</param>
    public bool Takes(string model, Func<string, string> resolve) => _conditions.TrueForAll(condition => condition.Operator switch
    {
        "=" => model == resolve(condition.Value),
        "!=" => model != resolve(condition.Value),
        "LIKE" => IsLike(model, condition.Value, RegexOptions.None),
        _ => IsLike(model, condition.Value, RegexOptions.IgnoreCase),
    });

    private static bool IsLike(string model, string pattern, RegexOptions options) => Regex.IsMatch(
        model,
        $"^{Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace('_', '.')}$",
        options | RegexOptions.NonBacktracking,
        MatchTime);

    [GeneratedRegex(@"\s+AND\s+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex And();

    [GeneratedRegex(
        @"^\s*[`""]?name[`""]?\s*(?<operator>!=|=|LIKE|ILIKE)\s*(?:'(?<value>[^']{0,256})'|""(?<value>[^""]{0,256})"")\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Condition();
}
