namespace Fraud.Http.Settings;

/// <summary>A variable of another system and what it sets here.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="Targets">Settings that it gives a value; empty where there is nothing to set.</param>
/// <param name="Meaning">What becomes of its value, in a few words.</param>
/// <param name="Example">A value that it may have.</param>
public sealed record SettingAlias(string Variable, IReadOnlyList<string> Targets, string Meaning, string Example)
{
    /// <summary>Another variable without which this one says nothing.</summary>
    public string? With { get; init; }

    /// <summary>Settings from its value; the second argument looks up other variables.</summary>
    internal Func<string, Func<string, string?>, IEnumerable<KeyValuePair<string, string>>> Convert { get; init; } = static (_, _) => [];

    /// <summary>A variable whose value is the setting's.</summary>
    internal static SettingAlias Same(string variable, string target, string meaning, string example) =>
        From(variable, target, meaning, example, static value => value);

    /// <summary>A variable whose value becomes the setting's by a rule.</summary>
    /// <param name="rule">Throws <see cref="FormatException"/> with what was expected.</param>
    internal static SettingAlias From(string variable, string target, string meaning, string example, Func<string, string> rule) =>
        new(variable, [target], meaning, example) { Convert = (value, _) => [KeyValuePair.Create(target, rule(value))] };

    /// <summary>A variable that is accepted and has nothing to set.</summary>
    internal static SettingAlias Nothing(string variable, string reason, string example) => new(variable, [], reason, example);
}
