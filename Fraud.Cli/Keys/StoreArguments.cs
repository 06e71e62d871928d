using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Fraud.Cli.Arguments;
using Fraud.Model.History;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Keys;

/// <summary>Which store a command means: that of the configuration, as 'fraud serve' reads it, unless an option says another.</summary>
/// <param name="folder">Name of the option for the folder of SQLite, where --data means something else.</param>
internal sealed class StoreArguments(string folder = "--data")
{
    private readonly Option<string> _postgres = new("--postgres") { Description = "connection string of PostgreSQL", HelpName = "STRING" };
    private readonly Option<string> _data = new(folder) { Description = "folder of the SQLite file", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Options.Add(_postgres);
        command.Options.Add(_data);
    }

    /// <param name="arguments">Of the command.</param>
    /// <param name="mayMake">Whether a SQLite file is made when there is none.</param>
    public IFraudStore Open(ParseResult arguments, bool mayMake)
    {
        var options = Options(arguments);
        if (options.Kind == StoreKind.Sqlite && !mayMake && !File.Exists(options.SqliteFile))
        {
            throw new CommandException($"{options.SqliteFile}: expected a store; {folder} or --postgres names another");
        }

        var store = StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        try
        {
            store.Open();
            return store;
        }
        catch (StoreUnavailableException error)
        {
            store.Dispose();
            throw new CommandException($"expected a store that answers ({error.Message} {error.InnerException?.Message})", error);
        }
    }

    /// <summary>The configuration as 'fraud serve' reads it.</summary>
    public static IConfiguration Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.GetFullPath("config/fraud.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>How the service of this configuration computes features.</summary>
    public static ProfileOptions Profile() => Configuration().GetSection(ProfileOptions.Section).Get<ProfileOptions>() ?? new ProfileOptions();

    /// <summary>The settings of the store that is meant.</summary>
    public StorageOptions Options(ParseResult arguments)
    {
        var options = Configuration()
            .GetSection(StorageOptions.Section)
            .Get<StorageOptions>() ?? new StorageOptions();
        if (arguments.GetValue(_postgres) is { } connection)
        {
            (options.Kind, options.Postgres) = (StoreKind.Postgres, connection);
        }
        else if (arguments.GetValue(_data) is { } folder)
        {
            (options.Kind, options.SqliteFile) = (StoreKind.Sqlite, Path.Combine(folder, "fraud.db"));
        }

        var wrong = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
            ? options
            : throw new UsageException(string.Join("; ", wrong.Select(static mistake => mistake.ErrorMessage)));
    }
}
