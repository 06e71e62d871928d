using System.Data.Common;
using System.Globalization;

namespace Fraud.Http.Settings;

/// <summary>
/// The variables that the reference systems name, so that their environment works here as it is. docs/config.md shows
/// this table, and a test holds the two together.
/// </summary>
public static class SettingAliases
{
    private const string Urls = "Http:Urls";
    private const string Kind = "Storage:Kind";
    private const string Postgres = "Storage:Postgres";

    public static IReadOnlyList<SettingAlias> All { get; } =
    [
        SettingAlias.Same("KAFKA_BOOTSTRAP_SERVERS", "Kafka:BootstrapServers", "as it is", "kafka:9092"),
        SettingAlias.Same("KAFKA_TOPIC", "Kafka:TransactionsTopic", "as it is", "transactions"),
        new("DATABASE_URL", [Kind, Postgres], "postgresql://USER:PASSWORD@HOST:PORT/NAME, or sqlite:///FILE", "postgresql://fraud_api:secret@db:5432/bankdb")
        {
            Convert = static (value, _) => FromUrl(value),
        },
        new("DB_HOST", [Kind, Postgres], "with the other DB_ variables; DATABASE_URL wins", "postgres")
        {
            Convert = static (_, look) => string.IsNullOrEmpty(look("DATABASE_URL")) ? FromParts(look) : [],
        },
        Part("DB_PORT", "5432 when it is missing", "5433"),
        Part("DB_NAME", "fraud when it is missing", "bankdb"),
        Part("DB_USER", "fraud when it is missing", "fraud_api"),
        Part("DB_PASSWORD", "none when it is missing", "secret"),
        SettingAlias.From("MODEL_PATH", "Scoring:Model", "a folder of versions; of an .onnx file, its folder", "models/payments", FolderOf),
        SettingAlias.Same("FRAUD_THRESHOLD", "Scoring:ReviewThreshold", "as it is: from this score on is_fraud is true", "0.2"),
        SettingAlias.Same("BATCH_SIZE", "Batching:MaxBatchSize", "as it is: most payments in one model call", "100"),
        SettingAlias.Same("API_WORKERS", "Batching:LaneThreads", "as it is: threads of one process instead of processes", "4"),
        new("API_HOST", [Urls], "with API_PORT: http://HOST:PORT", "0.0.0.0") { Convert = static (_, look) => Url(look) },
        new("API_PORT", [Urls], "with API_HOST: http://HOST:PORT", "5000") { Convert = static (_, look) => Url(look) },
        new("ENABLE_API_AUTH", ["Security:RequireCredentials", "Security:AllowAnonymous"], "true asks everyone for a key, on this machine too; false asks no one", "true")
        {
            Convert = static (value, _) => Authentication(value),
        },
        SettingAlias.Same("AZURE_API_KEY", "Security:AdminKey", "as it is: a key with all scopes, 32 characters or more", "0123456789abcdef0123456789abcdef0123456789a"),
        SettingAlias.Same("JWT_SECRET_KEY", "Security:Jwt:Key", "as it is: HS256, 32 bytes or more", "0123456789abcdef0123456789abcdef"),
        new("FRONTEND_ORIGIN", ["Cors:Origins:0"], "origins with commas between them", "https://console.example.com")
        {
            Convert = static (value, _) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static (origin, at) => KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"Cors:Origins:{at}"), origin)),
        },
        SettingAlias.From("LOG_LEVEL", "Logging:LogLevel:Default", "DEBUG, INFO, WARNING, ERROR or CRITICAL", "DEBUG", LogLevelOf),
        SettingAlias.Nothing("ENVIRONMENT", "nothing behaves differently by it: settings say what differs", "production"),
        SettingAlias.Nothing("REDIS_PASSWORD", "there is no Redis to log on to: histories are in memory and in the store", "secret"),
        SettingAlias.Nothing("MLFLOW_TRACKING_URI", "models come from a folder of versions, see MODEL_PATH", "http://mlflow:5001"),
        SettingAlias.Nothing("STRIPE_API_KEY", "the service listens to Stripe and never calls it; 'fraud stripe pay' makes a test payment with it", "sk_test_x"),
        SettingAlias.Same("STRIPE_WEBHOOK_SECRET", "Stripe:WebhookSecrets", "as it is: what Stripe signs with", "whsec_0123456789abcdef0123456789abcdef"),
        .. TracingAliases.All,
    ];

    private static SettingAlias Part(string variable, string meaning, string example) =>
        new(variable, [Postgres], meaning, example) { With = "DB_HOST" };

    private static IEnumerable<KeyValuePair<string, string>> FromUrl(string value)
    {
        const string expected = "expected postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:///FILE";
        const string sqlite = "sqlite:///";
        if (value.StartsWith(sqlite, StringComparison.OrdinalIgnoreCase) && value.Length > sqlite.Length)
        {
            return [KeyValuePair.Create(Kind, "Sqlite"), KeyValuePair.Create("Storage:SqliteFile", value[sqlite.Length..])];
        }

        // SQLAlchemy's scheme may name a driver behind a plus.
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url)
            || url.Scheme.Split('+')[0] is not ("postgres" or "postgresql")
            || url.Host.Length == 0)
        {
            throw new FormatException(expected);
        }

        var user = url.UserInfo.Split(':', 2);
        var connection = Connection(
            url.Host,
            url.Port > 0 ? url.Port.ToString(CultureInfo.InvariantCulture) : null,
            Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Uri.UnescapeDataString(user[0]),
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, setting) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            // libpq's names; Npgsql has its own for the two that deployments use.
            connection[name switch { "sslmode" => "SSL Mode", "sslrootcert" => "Root Certificate", _ => name }] =
                Uri.UnescapeDataString(setting).Replace("verify-full", "VerifyFull", StringComparison.Ordinal)
                    .Replace("verify-ca", "VerifyCA", StringComparison.Ordinal);
        }

        return ToPostgres(connection);
    }

    private static KeyValuePair<string, string>[] FromParts(Func<string, string?> look) =>
        ToPostgres(Connection(look("DB_HOST")!, look("DB_PORT"), look("DB_NAME"), look("DB_USER"), look("DB_PASSWORD")));

    private static DbConnectionStringBuilder Connection(string host, string? port, string? name, string? user, string? password)
    {
        var connection = new DbConnectionStringBuilder
        {
            ["Host"] = host,
            ["Port"] = Or(port, "5432"),
            ["Database"] = Or(name, "fraud"),
            ["Username"] = Or(user, "fraud"),
        };
        if (!string.IsNullOrEmpty(password))
        {
            connection["Password"] = password;
        }

        return connection;
    }

    private static KeyValuePair<string, string>[] ToPostgres(DbConnectionStringBuilder connection) =>
        [KeyValuePair.Create(Kind, "Postgres"), KeyValuePair.Create(Postgres, connection.ConnectionString)];

    private static KeyValuePair<string, string>[] Url(Func<string, string?> look)
    {
        var host = Or(look("API_HOST"), "127.0.0.1");
        var port = Or(look("API_PORT"), "8000");
        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? [KeyValuePair.Create(Urls, $"http://{(host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host)}:{port}")]
            : throw new FormatException("expected a port from 0 to 65535");
    }

    private static string FolderOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        // Pickles of the reference systems. To serve another model than the one that is named would be worse than no start.
        ".PKL" or ".PICKLE" or ".JOBLIB" => throw new FormatException(
            "expected a folder of versions; a pickle is not read here. Remove it, and models/payments is served, or make a version with 'fraud train'"),
        ".ONNX" when !Directory.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } folder => folder,
        _ => path,
    };

    private static KeyValuePair<string, string>[] Authentication(string value)
    {
        var isAsked = value.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" or "ON" => true,
            "FALSE" or "0" or "NO" or "OFF" => false,
            _ => throw new FormatException("expected true or false"),
        };
        return
        [
            KeyValuePair.Create("Security:RequireCredentials", isAsked ? "true" : "false"),
            KeyValuePair.Create("Security:AllowAnonymous", isAsked ? "false" : "true"),
        ];
    }

    private static string LogLevelOf(string value) => value.Trim().ToUpperInvariant() switch
    {
        "TRACE" => "Trace",
        "DEBUG" => "Debug",
        "INFO" or "INFORMATION" => "Information",
        "WARN" or "WARNING" => "Warning",
        "ERROR" => "Error",
        "CRITICAL" or "FATAL" => "Critical",
        _ => throw new FormatException("expected DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    };

    private static string Or(string? value, string otherwise) => string.IsNullOrEmpty(value) ? otherwise : value;
}
