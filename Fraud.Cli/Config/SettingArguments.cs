using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Http.Settings;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Config;

/// <summary>Settings on the command line: short names for the common ones and <c>--set</c> for all. The same for every command that reads settings.</summary>
internal sealed class SettingArguments
{
    private readonly Option<string> _urls = new("--urls") { Description = "Where to listen (default http://127.0.0.1:8000)" };
    private readonly Option<string> _kafka = new("--kafka") { Description = "host:port of a Kafka; default: a broker inside this process" };
    private readonly Option<string> _postgres = new("--postgres") { Description = "Connection string of PostgreSQL; default: SQLite" };
    private readonly Option<string> _data = new("--data") { Description = "Folder of the SQLite file (default data)" };
    private readonly Option<string> _model = new("--model") { Description = "Folder of a model with its versions (default models/payments)" };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any setting of config/fraud.json, such as --set Overload:RatePerSecond=0",
        AllowMultipleArgumentsPerToken = false,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_urls, _kafka, _postgres, _data, _model, _set])
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="UsageException">A pair is none.</exception>
    public Dictionary<string, string?> Read(ParseResult arguments)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Add("Http:Urls", arguments.GetValue(_urls));
        Add("Kafka:BootstrapServers", arguments.GetValue(_kafka));
        Add("Scoring:Model", arguments.GetValue(_model));
        if (arguments.GetValue(_data) is { } folder)
        {
            settings["Storage:SqliteFile"] = Path.Combine(folder, "fraud.db");
        }

        if (arguments.GetValue(_postgres) is { } connection)
        {
            settings["Storage:Kind"] = nameof(StoreKind.Postgres);
            settings["Storage:Postgres"] = connection;
        }

        foreach (var pair in arguments.GetValue(_set) ?? [])
        {
            var parts = pair.Split('=', 2);
            settings[parts[0]] = parts.Length == 2 ? parts[1] : throw new UsageException("--set: expected SECTION:NAME=VALUE");
        }

        return settings;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                settings[key] = value;
            }
        }
    }

    /// <summary>All settings as <c>fraud serve</c> with these arguments would have them.</summary>
    /// <exception cref="UsageException">A file of them cannot be read.</exception>
    public IConfigurationRoot Configuration(ParseResult arguments)
    {
        try
        {
            var builder = new ConfigurationBuilder();
            SettingSources.Add(builder, Read(arguments));
            return builder.Build();
        }
        catch (Exception error) when (error is FormatException or InvalidDataException)
        {
            throw new UsageException((error.InnerException as FormatException ?? error).Message);
        }
    }
}
