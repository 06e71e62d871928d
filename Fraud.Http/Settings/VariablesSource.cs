using Microsoft.Extensions.Configuration;

namespace Fraud.Http.Settings;

/// <summary>Variables by our own names: two underscores stand for the colon, as everywhere in .NET.</summary>
internal sealed class VariablesSource(IReadOnlyDictionary<string, string> variables, string place) : IConfigurationSource
{
    public const string Environment = "environment";

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new VariablesProvider(variables, place);
}

internal sealed class VariablesProvider(IReadOnlyDictionary<string, string> variables, string place) : ConfigurationProvider
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>"environment", or the name of the file.</summary>
    public string Place => place;

    public override void Load()
    {
        Data.Clear();
        foreach (var (name, value) in variables)
        {
            // Settings have a section; the rest of the environment is not about this program.
            if (name.Contains("__", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
            {
                var key = name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
                Data[key] = value;
                _names[key] = name;
            }
        }
    }

    public string VariableOf(string key) => _names.GetValueOrDefault(key, key);
}
