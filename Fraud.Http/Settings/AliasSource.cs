using Microsoft.Extensions.Configuration;

namespace Fraud.Http.Settings;

/// <summary>Settings that come by other systems' variables; see <see cref="SettingAliases"/>.</summary>
internal sealed class AliasSource(IReadOnlyDictionary<string, string> variables, string place) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new AliasProvider(variables, place);
}

internal sealed class AliasProvider(IReadOnlyDictionary<string, string> variables, string place) : ConfigurationProvider
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _mistakes = [];
    private readonly List<SettingAlias> _idle = [];

    /// <summary>"environment", or the name of the file.</summary>
    public string Place => place;

    /// <summary>Variables whose values cannot be understood.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    /// <summary>Variables that are set, and change nothing here.</summary>
    public IReadOnlyList<SettingAlias> Idle => _idle;

    public override void Load()
    {
        Data.Clear();
        _mistakes.Clear();
        _idle.Clear();
        foreach (var alias in SettingAliases.All)
        {
            // Compose files pass on variables that nobody set as empty ones.
            if (Look(alias.Variable) is not { Length: > 0 } value)
            {
                continue;
            }

            if (alias.Targets.Count == 0)
            {
                _idle.Add(alias);
                continue;
            }

            try
            {
                foreach (var (key, setting) in alias.Convert(value, Look))
                {
                    Data[key] = setting;
                    _variables[key] = alias.Variable;
                }
            }
            catch (FormatException error)
            {
                _mistakes.Add($"{alias.Variable}: {error.Message} ({place})");
            }
        }
    }

    public string VariableOf(string key) => _variables.GetValueOrDefault(key, key);

    private string? Look(string variable) => variables.GetValueOrDefault(variable);
}
