using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Fraud.Model.Decoding;

namespace Fraud.Cli.Arguments;

/// <summary>Options whose mistakes read "--name: expected ...".</summary>
public static class Options
{
    /// <summary>A whole number within bounds.</summary>
    public static Option<long> Whole(string name, string description, long? byDefault, long min, long max = long.MaxValue) =>
        Create(name, description, byDefault, Bounds("a whole number", min, max, max == long.MaxValue), text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value)
                && value >= min && value <= max
                ? value
                : null);

    /// <summary>A finite number within bounds.</summary>
    public static Option<double> Number(string name, string description, double? byDefault, double min, double max = double.MaxValue) =>
        Create(name, description, byDefault, Bounds("a number", min, max, max >= double.MaxValue), text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value >= min && value <= max
                ? value
                : null);

    /// <summary>A length of time: "30s", "5m", "2h", "250ms" or "00:05:00"; a bare number is seconds.</summary>
    public static Option<TimeSpan> Duration(string name, string description, TimeSpan? byDefault) =>
        Create(name, description, byDefault, "a time such as 30s, 5m or 00:05:00", ParseDuration);

    /// <summary>A moment in UTC, ISO 8601.</summary>
    public static Option<DateTimeOffset> Moment(string name, string description, DateTimeOffset? byDefault) =>
        Create(name, description, byDefault, "a date or time such as 2024-05-17 or 2024-05-17T12:00:00Z", text =>
            Times.TryParse(text, out var unixMs) ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs) : null);

    /// <summary>An absolute http or https address.</summary>
    public static Option<Uri> Address(string name, string description, string byDefault)
    {
        const string expected = "an address such as http://localhost:8000";
        return new Option<Uri>(name)
        {
            Description = description,
            HelpName = "URL",
            DefaultValueFactory = _ => new Uri(byDefault),
            CustomParser = result =>
            {
                if (Uri.TryCreate(Single(result), UriKind.Absolute, out var value) && value.Scheme is "http" or "https")
                {
                    return value;
                }

                result.AddError($"{name}: expected {expected}");
                return null;
            },
        };
    }

    /// <summary>The address of brokers: host:port, several with commas.</summary>
    public static Option<string> Brokers(string name, string description, string byDefault)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            if (!Array.TrueForAll((result.GetValueOrDefault<string>() ?? "").Split(','), IsHostAndPort))
            {
                result.AddError($"{name}: expected host:port (several with commas)");
            }
        });
        return option;
    }

    /// <summary>A name that is not empty.</summary>
    public static Option<string> Name(string name, string description, string help, string byDefault)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = help,
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError($"{name}: expected a name");
            }
        });
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Word(string name, string description, string byDefault, params string[] words)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            if (!words.Contains(result.GetValueOrDefault<string>(), StringComparer.Ordinal))
            {
                result.AddError($"{name}: expected {string.Join(" or ", words)}");
            }
        });
        return option;
    }

    /// <summary>NAME=VALUE, any number of times; of a repeated name the last counts.</summary>
    public static Option<Dictionary<string, string>> Pairs(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
            {
                var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var token in result.Tokens)
                {
                    if (token.Value.Split('=', 2) is not [{ Length: > 0 } key, var value])
                    {
                        result.AddError($"{name}: expected NAME=VALUE");
                        return null;
                    }

                    pairs[key] = value;
                }

                return pairs;
            },
        };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>The result as one JSON object on standard output.</summary>
    public static Option<bool> Json() => Flag("--json", "print the result as JSON");

    internal static TimeSpan? ParseDuration(string text)
    {
        var (digits, unit) = text switch
        {
            [.. var head, 'm', 's'] => (head, 0.001),
            [.. var head, 's'] => (head, 1.0),
            [.. var head, 'm'] => (head, 60.0),
            [.. var head, 'h'] => (head, 3_600.0),
            [.. var head, 'd'] => (head, 86_400.0),
            _ => (text, 1.0),
        };

        // 100 years: far above any use, far below where a TimeSpan or a timer overflows.
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number * unit <= 3_155_760_000 ? TimeSpan.FromSeconds(number * unit) : null;
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero
            ? span
            : null;
    }

    private static Option<T> Create<T>(string name, string description, T? byDefault, string expected, Func<string, T?> parse)
        where T : struct
    {
        var option = new Option<T>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                if (parse(Single(result)) is { } value)
                {
                    return value;
                }

                result.AddError($"{name}: expected {expected}");
                return default;
            },
        };
        if (byDefault is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    private static string Single(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    private static string Bounds<T>(string what, T min, T max, bool open) =>
        open ? $"{what} of at least {min}" : $"{what} from {min} to {max}";

    private static bool IsHostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
    }
}
