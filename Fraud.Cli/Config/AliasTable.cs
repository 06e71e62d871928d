using System.Text;
using Fraud.Http.Settings;

namespace Fraud.Cli.Config;

/// <summary>The variables of other systems as a table.</summary>
internal static class AliasTable
{
    public static string Markdown()
    {
        var text = new StringBuilder("| variable | sets | its value |\n|---|---|---|");
        foreach (var alias in SettingAliases.All)
        {
            var targets = alias.Targets.Count == 0 ? "nothing" : string.Join(", ", alias.Targets.Select(static target => $"`{target}`"));
            var meaning = alias.With is { } with ? $"with `{with}`; {alias.Meaning}" : alias.Meaning;
            text.Append('\n').Append("| `").Append(alias.Variable).Append("` | ").Append(targets).Append(" | ").Append(meaning).Append(" |");
        }

        return text.ToString();
    }
}
