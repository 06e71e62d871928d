using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Fraud.Stream.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Settings;

/// <summary>Finds every mistake in the settings at once: unknown names, values of the wrong kind or out of bounds, and what does not go together.</summary>
/// <remarks>Says where each value came from and never quotes it: it may be a secret.</remarks>
public sealed class SettingsCheck
{
    private readonly IConfigurationRoot _configuration;
    private readonly IReadOnlyList<SettingsSection> _sections;
    private readonly List<string> _mistakes = [];
    private readonly HashSet<string> _wrong = new(StringComparer.OrdinalIgnoreCase);

    private SettingsCheck(IConfigurationRoot configuration, IReadOnlyList<SettingsSection> sections)
    {
        _configuration = configuration;
        _sections = sections;
    }

    /// <summary>One line for each mistake, such as "Http:MaxBatch: expected 1 to 100000 (file config/fraud.json)".</summary>
    public static IReadOnlyList<string> Mistakes(IConfigurationRoot configuration) => Mistakes(configuration, SettingsCatalog.Sections);

    internal static IReadOnlyList<string> Mistakes(IConfigurationRoot configuration, IReadOnlyList<SettingsSection> sections)
    {
        var check = new SettingsCheck(configuration, sections);
        check.Run();
        return check._mistakes;
    }

    /// <exception cref="OptionsValidationException">There are mistakes; names each.</exception>
    internal static void ThrowIfWrong(IConfigurationRoot configuration)
    {
        var mistakes = Mistakes(configuration);
        if (mistakes.Count > 0)
        {
            throw new OptionsValidationException("settings", typeof(SettingsCheck), mistakes);
        }
    }

    private void Run()
    {
        foreach (var aliases in _configuration.Providers.OfType<AliasProvider>())
        {
            _mistakes.AddRange(aliases.Mistakes);
        }

        CheckSections();
        foreach (var section in _sections)
        {
            var found = _configuration.GetSection(section.Name);
            CheckNames(found, new SettingShape(section.Options));
            CheckValues(section, found);
        }
    }

    private void CheckSections()
    {
        var known = _sections.Select(static section => section.Name).Concat(SettingsCatalog.Foreign).ToArray();
        foreach (var section in _configuration.GetChildren())
        {
            if (known.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            var key = FirstKey(section);
            var near = NearestName.Of(section.Key, known);
            // An alias may be of a feature that is not there; a variable of somebody else's program is not ours to judge.
            var provider = _configuration.Providers.LastOrDefault(candidate => candidate.TryGet(key, out _));
            if (provider is not AliasProvider && (provider is not VariablesProvider || near is not null))
            {
                Add(key, $"{section.Key}: unknown section{Meant(near)}");
            }
        }
    }

    private void CheckNames(IConfigurationSection section, SettingShape shape)
    {
        var children = section.GetChildren().ToArray();
        if (shape.IsValue)
        {
            if (children.Length > 0)
            {
                Add(FirstKey(section), $"{section.Path}: expected one value");
                _wrong.Add(section.Path);
            }
            else if (section.Value is { } value && !shape.CanHold(value))
            {
                Add(section.Path, $"{section.Path}: {shape.Expected}");
                _wrong.Add(section.Path);
            }
        }
        else if (section.Value is { Length: > 0 })
        {
            Add(section.Path, $"{section.Path}: expected {(shape.Item is null ? "a section" : "a list")}");
            _wrong.Add(section.Path);
        }
        else
        {
            foreach (var child in children)
            {
                CheckChild(child, shape, section.Path);
            }
        }
    }

    private void CheckChild(IConfigurationSection child, SettingShape shape, string path)
    {
        if (shape.Item is { } item)
        {
            CheckNames(child, new SettingShape(item));
            return;
        }

        var properties = shape.Properties.ToArray();
        var property = Array.Find(properties, candidate => candidate.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
        if (property is null && GoneSettings.Find($"{path}:{child.Key}") is { } instead)
        {
            Add(FirstKey(child), $"{path}:{child.Key}: is gone; {instead}");
            _wrong.Add(child.Path);
        }
        else if (property is null)
        {
            var near = NearestName.Of(child.Key, properties.Select(static candidate => candidate.Name));
            Add(FirstKey(child), $"{path}:{child.Key}: unknown setting{Meant(near is null ? null : $"{path}:{near}")}");
            _wrong.Add(child.Path);
        }
        else
        {
            CheckNames(child, new SettingShape(property.PropertyType));
        }
    }

    /// <summary>Binds what can be bound, and asks the options class.</summary>
    private void CheckValues(SettingsSection section, IConfigurationSection found)
    {
        var good = found.AsEnumerable(makePathsRelative: true)
            .Where(pair => !_wrong.Any(wrong => $"{section.Name}:{pair.Key}".StartsWith(wrong, StringComparison.OrdinalIgnoreCase)));
        var options = Activator.CreateInstance(section.Options)!;
        new ConfigurationBuilder().AddInMemoryCollection(good).Build().Bind(options);

        var count = _mistakes.Count;
        foreach (var property in section.Options.GetProperties())
        {
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (property.GetIndexParameters().Length == 0 && !rule.IsValid(property.GetValue(options)))
                {
                    Add($"{section.Name}:{property.Name}", $"{section.Name}:{property.Name}: {Expected(rule, property.Name)}");
                }
            }
        }

        if (count == _mistakes.Count && options is IValidatableObject rules)
        {
            foreach (var result in rules.Validate(new ValidationContext(options)))
            {
                var text = result.ErrorMessage ?? "wrong";
                var member = result.MemberNames.FirstOrDefault();
                Add(
                    member is null ? section.Name : $"{section.Name}:{member}",
                    text.StartsWith($"{section.Name}:", StringComparison.Ordinal) ? text
                    : member is null || text.StartsWith(member, StringComparison.Ordinal) ? $"{section.Name}:{text}"
                    : $"{section.Name}:{member}: {text}");
            }
        }
    }

    private static string Expected(ValidationAttribute rule, string name) => rule switch
    {
        RangeAttribute range => $"expected {range.Minimum} to {range.Maximum}",
        RequiredAttribute => "expected a value",
        RegularExpressionAttribute pattern => $"expected text that matches {pattern.Pattern}",
        _ => rule.FormatErrorMessage(name),
    };

    private void Add(string key, string mistake) =>
        _mistakes.Add(SettingSources.OriginOf(_configuration, key) is { } origin ? $"{mistake} ({origin})" : mistake);

    private static string Meant(string? name) => name is null ? "" : $"; did you mean {name}?";

    /// <summary>A key that has a value, so that it can be told who gave it.</summary>
    private static string FirstKey(IConfigurationSection section) =>
        section.AsEnumerable().Where(static pair => pair.Value is not null).Select(static pair => pair.Key).FirstOrDefault() ?? section.Path;
}
