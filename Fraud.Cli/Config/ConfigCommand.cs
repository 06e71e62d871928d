using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Http.Settings;

namespace Fraud.Cli.Config;

/// <summary><c>fraud config</c>: what the settings are and where they come from, and what is wrong with them.</summary>
public static class ConfigCommand
{
    private const int Wrong = 2;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create() => new("config", "Show and check the settings")
    {
        Show(),
        Check(),
        Aliases(),
    };

    private static Command Show()
    {
        var given = new SettingArguments();
        var changed = Options.Flag("--changed", "leave out what is as it is by default");
        var json = Options.Json();
        var command = new Command("show", "Print every setting with its value and where that comes from; secrets are masked") { changed, json };
        given.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            var lines = SettingsView.Of(given.Configuration(arguments));
            if (arguments.GetValue(changed))
            {
                lines = [.. lines.Where(static line => line.IsChanged)];
            }

            var output = arguments.InvocationConfiguration.Output;
            await output.WriteLineAsync(arguments.GetValue(json) ? JsonSerializer.Serialize(lines, Json) : Table(lines));
            return 0;
        });
        return command;
    }

    private static Command Check()
    {
        var given = new SettingArguments();
        var json = Options.Json();
        var command = new Command("check", "Name every mistake in the settings; exit code 2 when there is one") { json };
        given.AddTo(command);
        command.SetAction(async (arguments, _) =>
        {
            var mistakes = SettingsCheck.Mistakes(given.Configuration(arguments));
            var output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(new { Ok = mistakes.Count == 0, Mistakes = mistakes }, Json));
            }
            else if (mistakes.Count == 0)
            {
                await output.WriteLineAsync("The settings are in order.");
            }
            else
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync(string.Join(Environment.NewLine, mistakes));
            }

            return mistakes.Count == 0 ? 0 : Wrong;
        });
        return command;
    }

    private static Command Aliases()
    {
        var command = new Command("aliases", "Print the variables of other systems that work here, as docs/config.md has them");
        command.SetAction(async (arguments, _) =>
        {
            await arguments.InvocationConfiguration.Output.WriteLineAsync(AliasTable.Markdown());
            return 0;
        });
        return command;
    }

    private static string Table(IReadOnlyList<SettingLine> lines)
    {
        // Long values push their own line only.
        var name = lines.Select(static line => line.Name.Length).DefaultIfEmpty().Max();
        var value = Math.Min(48, lines.Select(static line => line.Value.Length).DefaultIfEmpty().Max());
        return string.Join(Environment.NewLine, lines.Select(line =>
            $"{line.Name.PadRight(name)}  {Clean(line.Value).PadRight(value)}  {line.Origin}".TrimEnd()));
    }

    // A value must not steer a terminal.
    private static string Clean(string text) => string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter));
}
