using System.Text.Encodings.Web;
using System.Text.Json;
using Akka.Configuration;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.Events;

/// <summary>Settings of Akka.Persistence: events.conf, and where a node's journal is.</summary>
public static class EventsConfig
{
    /// <summary>Actors that persist events run here; the journal, which blocks, has a dispatcher of its own.</summary>
    public const string Dispatcher = "fraud.history-dispatcher";

    public static readonly Config Defaults = ConfigurationFactory.FromResource<EventsFile>("Fraud.Stream.Events.events.conf");

    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Settings for one node. They hold the store's password, as the store's own settings do.</summary>
    public static Config Of(StorageOptions options)
    {
        var (provider, connection) = options.Kind == StoreKind.Postgres
            // The version from which on the plugin's statements are written; later servers take them too.
            ? ("PostgreSQL.15", Postgres(options.Postgres))
            : ("SQLite.MS", $"Data Source={EventsFile.PathOf(options)};Default Timeout=5");
        return ConfigurationFactory
            .ParseString($$"""
                akka.persistence.journal.sql {
                  provider-name = "{{provider}}"
                  connection-string = {{Quoted(connection)}}
                }
                akka.persistence.snapshot-store.sql {
                  provider-name = "{{provider}}"
                  connection-string = {{Quoted(connection)}}
                }
                """)
            .WithFallback(Defaults);
    }

    /// <summary>Connections of its own, and few: events wait for payments, never the other way around.</summary>
    private static string Postgres(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        ApplicationName = "fraud events",
        MinPoolSize = 0,
        MaxPoolSize = 2,
        Timeout = 5,
        CommandTimeout = 5,
    }.ConnectionString;

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);
}
