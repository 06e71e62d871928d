using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Fraud.Http.Settings;

/// <summary>
/// Where settings come from, each stronger than the one before: the file, then <c>.env</c>, files of secrets, the
/// environment, and the command line. In all but the first and the last our own name (Kafka__BootstrapServers) wins over an alias.
/// </summary>
public static class SettingSources
{
    public const string File = "config/fraud.json";

    private const string SecretPlace = "secret file ";

    /// <summary>Names another file than <c>.env</c>.</summary>
    public const string EnvFileVariable = "FRAUD_ENV_FILE";

    /// <summary>Names another folder of secrets than <c>/run/secrets</c>.</summary>
    public const string SecretsFolderVariable = "FRAUD_SECRETS_FOLDER";

    /// <summary>Adds all of them.</summary>
    /// <param name="commandLine">Settings that win over all others.</param>
    public static void Add(IConfigurationBuilder builder, IEnumerable<KeyValuePair<string, string?>> commandLine) =>
        Add(builder, commandLine, Path.GetFullPath(File), Variables());

    /// <exception cref="FormatException">The file of variables has a line that is no NAME=VALUE, or a file of secrets cannot be read.</exception>
    internal static void Add(
        IConfigurationBuilder builder,
        IEnumerable<KeyValuePair<string, string?>> commandLine,
        string file,
        IReadOnlyDictionary<string, string> environment)
    {
        builder.AddJsonFile(file, optional: true);
        var named = environment.GetValueOrDefault(EnvFileVariable);
        if (EnvFile.Read(named ?? ".env", mustExist: named is not null) is { Count: > 0 } variables)
        {
            AddVariables(builder, variables, named ?? ".env");
        }

        // An empty variable is how compose files pass on what nobody set.
        var folder = environment.GetValueOrDefault(SecretsFolderVariable) is { Length: > 0 } given ? given : null;
        if (SecretsFolder.Read(folder) is { Count: > 0 } secrets)
        {
            AddVariables(builder, secrets, SecretPlace + Path.GetFullPath(folder ?? SecretsFolder.Usual));
        }

        AddVariables(builder, environment, VariablesSource.Environment);
        builder.AddInMemoryCollection(commandLine);
    }

    /// <summary>What said the value of a setting, such as "environment Kafka__BootstrapServers"; null when nothing did.</summary>
    public static string? OriginOf(IConfigurationRoot configuration, string key)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (!provider.TryGet(key, out _))
            {
                continue;
            }

            return provider switch
            {
                JsonConfigurationProvider => $"file {File}",
                AliasProvider { Place: var place } aliases when IsSecret(place) => $"{place}/{aliases.VariableOf(key)}, an alias",
                VariablesProvider { Place: var place } files when IsSecret(place) => $"{place}/{files.VariableOf(key)}",
                AliasProvider aliases => $"{aliases.Place} {aliases.VariableOf(key)}, an alias",
                VariablesProvider variables => $"{variables.Place} {variables.VariableOf(key)}",
                _ => "command line",
            };
        }

        return null;
    }

    /// <summary>A file of secrets said it: whatever it is called, its value is nobody's to see.</summary>
    internal static bool IsFromSecret(string? origin) => origin is not null && IsSecret(origin);

    private static bool IsSecret(string place) => place.StartsWith(SecretPlace, StringComparison.Ordinal);

    private static void AddVariables(IConfigurationBuilder builder, IReadOnlyDictionary<string, string> variables, string place)
    {
        builder.Add(new AliasSource(variables, place));
        builder.Add(new VariablesSource(variables, place));
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return variables;
    }
}
