using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Fraud.Http.Settings;

/// <summary>
/// Where settings come from, each stronger than the one before: the file, then <c>.env</c>, the environment, and the
/// command line. In <c>.env</c> and the environment our own name (Kafka__BootstrapServers) wins over an alias.
/// </summary>
public static class SettingSources
{
    public const string File = "config/fraud.json";

    /// <summary>Names another file than <c>.env</c>.</summary>
    public const string EnvFileVariable = "FRAUD_ENV_FILE";

    /// <summary>Adds all of them.</summary>
    /// <param name="commandLine">Settings that win over all others.</param>
    public static void Add(IConfigurationBuilder builder, IEnumerable<KeyValuePair<string, string?>> commandLine) =>
        Add(builder, commandLine, Path.GetFullPath(File), Variables());

    /// <exception cref="FormatException">The file of variables has a line that is no NAME=VALUE.</exception>
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
                AliasProvider aliases => $"{aliases.Place} {aliases.VariableOf(key)}, an alias",
                VariablesProvider variables => $"{variables.Place} {variables.VariableOf(key)}",
                _ => "command line",
            };
        }

        return null;
    }

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
