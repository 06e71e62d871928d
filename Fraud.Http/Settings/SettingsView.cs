using System.Collections;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Fraud.Http.Settings;

/// <summary>One setting as it is in force.</summary>
/// <param name="Value">What it is; secrets are masked.</param>
/// <param name="Origin">"default", or what said it.</param>
/// <param name="IsChanged">False: it is as it is by default, even where something says so.</param>
public sealed record SettingLine(string Name, string Value, string Origin, bool IsChanged);

/// <summary>Every setting with its value and where that came from.</summary>
public static partial class SettingsView
{
    public const string Default = "default";
    private const string Mask = "***";

    /// <summary>In the order of sections and their properties.</summary>
    public static IReadOnlyList<SettingLine> Of(IConfigurationRoot configuration)
    {
        var lines = new List<SettingLine>();
        foreach (var section in SettingsCatalog.Sections)
        {
            Add(lines, configuration, section.Name, new SettingShape(section.Options), Activator.CreateInstance(section.Options));
        }

        foreach (var name in SettingsCatalog.Foreign)
        {
            AddFound(lines, configuration, configuration.GetSection(name));
        }

        return lines;
    }

    /// <summary>The value, or what may be shown of it.</summary>
    internal static string Show(string name, string value) =>
        value.Length == 0 ? value
        : SecretName().IsMatch(name) ? Mask
        : value.Contains('=', StringComparison.Ordinal) && MaskedConnection(value) is { } connection ? connection
        : Credentials().Replace(value, $"://{Mask}@");

    private static string Shown(string name, string value, string? origin) =>
        SettingSources.IsFromSecret(origin) && value.Length > 0 ? Mask : Show(name, value);

    private static void Add(List<SettingLine> lines, IConfigurationRoot configuration, string name, SettingShape shape, object? byDefault)
    {
        if (shape.IsValue)
        {
            var origin = SettingSources.OriginOf(configuration, name);
            var value = origin is null ? Text(byDefault) : configuration[name] ?? "";
            lines.Add(new SettingLine(
                name, Shown(name, value, origin), origin ?? Default, origin is not null && !shape.IsSame(value, byDefault)));
        }
        else if (shape.Item is not null)
        {
            var count = lines.Count;
            AddFound(lines, configuration, configuration.GetSection(name));
            if (lines.Count == count)
            {
                lines.Add(new SettingLine(name, Show(name, Text(byDefault)), Default, IsChanged: false));
            }
        }
        else
        {
            foreach (var property in shape.Properties)
            {
                Add(
                    lines, configuration, $"{name}:{property.Name}", new SettingShape(property.PropertyType),
                    byDefault is null ? null : property.GetValue(byDefault));
            }
        }
    }

    private static void AddFound(List<SettingLine> lines, IConfigurationRoot configuration, IConfigurationSection section) =>
        lines.AddRange(section.AsEnumerable()
            .Where(static pair => !string.IsNullOrEmpty(pair.Value))
            .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, Value: pair.Value!, Origin: SettingSources.OriginOf(configuration, pair.Key)))
            .Select(static line => new SettingLine(line.Key, Shown(line.Key, line.Value, line.Origin), line.Origin ?? Default, IsChanged: line.Origin is not null)));

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IDictionary pairs => string.Join(", ", pairs.Keys.Cast<object>()),
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string? MaskedConnection(string value)
    {
        try
        {
            var connection = new DbConnectionStringBuilder { ConnectionString = value };
            foreach (var key in connection.Keys.Cast<string>().Where(static key => SecretPart().IsMatch(key)).ToArray())
            {
                connection[key] = Mask;
            }

            return connection.ConnectionString;
        }
        catch (ArgumentException)
        {
            // Not a connection string, and what it is instead nobody knows.
            return Mask;
        }
    }

    // By any part of the name, since lists and sections of secrets have numbers and names behind. Files, times and
    // numbers of keys are none.
    [GeneratedRegex(
        @"(^|[:._])[^:]*(password|secrets?|token|pem|webhookurl|(tracing|metricsexport):headers|(admin|api|routing|integration|private|access|token|session)key(hash)?)(:|$)|:key(hash)?$|(password|secret)",
        RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex SecretName();

    [GeneratedRegex("passw|pwd|secret|token|passfile", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex SecretPart();

    [GeneratedRegex("://[^/@]+@", RegexOptions.None, 1_000)]
    private static partial Regex Credentials();
}
