using Fraud.Http;
using Fraud.Http.Settings;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Settings;

/// <summary>The .env files of the reference systems, as their documents give them: each starts the service, or says what to change.</summary>
public sealed class ReferenceEnvTests : IDisposable
{
    private const int ChangesNothing = 440;

    /// <summary>The reference with .env.example: database, broker, model file, address, and keys asked for.</summary>
    private const string DeploymentGuide = """
        DB_HOST=postgres
        DB_PORT=5432
        DB_NAME=fraud_db
        DB_USER=fraud_user
        DB_PASSWORD=change-me
        KAFKA_BOOTSTRAP_SERVERS=kafka:9092
        KAFKA_TOPIC=transactions
        MODEL_PATH=models/xgb_final.pkl
        FRAUD_THRESHOLD=0.2
        API_HOST=0.0.0.0
        API_PORT=5000
        API_WORKERS=4
        REDIS_PASSWORD=change-me
        MLFLOW_TRACKING_URI=http://mlflow:5001
        ENABLE_API_AUTH=true
        JWT_SECRET_KEY=change-me-change-me-change-me-change-me
        BATCH_SIZE=100
        LOG_LEVEL=DEBUG
        """;

    /// <summary>The reference with Stripe and a front end of its own.</summary>
    private const string WithFrontEnd = """
        DATABASE_URL=sqlite:///{0}
        AZURE_API_KEY=0123456789abcdef0123456789abcdef0123456789a
        STRIPE_API_KEY=sk_test_change_me
        ENVIRONMENT=production
        FRONTEND_ORIGIN=https://console.example.com
        API_HOST=127.0.0.1
        API_PORT=0
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DeploymentGuide_AsItIs_NamesTheOneVariableToChange()
    {
        var mistake = Assert.Single(SettingsCheck.Mistakes(Read(DeploymentGuide)));

        Assert.Equal(
            $"MODEL_PATH: expected a folder of versions; a pickle is not read here. Remove it, and models/payments is served, or make a version with 'fraud train' ({EnvPath})",
            mistake);
    }

    [Fact]
    public async Task DeploymentGuide_WithoutThePickle_StartsAndAsksForKeys()
    {
        // What no test has: a database and a broker of those names, and a port for everyone.
        var settings = Read(DeploymentGuide.Replace("MODEL_PATH=models/xgb_final.pkl", "", StringComparison.Ordinal)
            .Replace("JWT_SECRET_KEY=change-me-change-me-change-me-change-me", "", StringComparison.Ordinal));
        Assert.Empty(SettingsCheck.Mistakes(settings));
        Assert.Equal("http://0.0.0.0:5000", settings["Http:Urls"]);

        await StartsAndTells(settings, ["REDIS_PASSWORD", "MLFLOW_TRACKING_URI"], async client =>
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/v1/anomalies", UriKind.Relative))).StatusCode));
    }

    [Fact]
    public async Task FrontEnd_AsItIs_StartsAndTellsWhatChangesNothing() =>
        await StartsAndTells(
            Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, WithFrontEnd, _folder.File("fraud.db"))), ["ENVIRONMENT", "STRIPE_API_KEY"],
            async client => Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/v1/anomalies", UriKind.Relative))).StatusCode));

    private string EnvPath => _folder.File("reference.env");

    private async Task StartsAndTells(IConfigurationRoot settings, IReadOnlyList<string> idle, Func<HttpClient, Task> ask)
    {
        var log = new RecordingLog();
        var before = Environment.GetEnvironmentVariable(SettingSources.EnvFileVariable);
        Assert.Null(before);
        var given = settings.AsEnumerable().Where(static pair => pair.Value is not null).ToDictionary(static pair => pair.Key, static pair => pair.Value);
        foreach (var (setting, value) in new[]
        {
            ("Http:Urls", "http://127.0.0.1:0"), ("Storage:Kind", "Sqlite"), ("Storage:SqliteFile", _folder.File("fraud.db")), ("Kafka:BootstrapServers", ""),
            ("Scoring:Model", Path.Combine(Repository.Root, "models", "payments")),
        })
        {
            given[setting] = value;
        }

        await using var server = FraudServer.Build(given, services => services.AddSingleton<ILoggerProvider>(log));
        IdleSettings.Report(settings, server.Services.GetRequiredService<ILoggerFactory>());
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        await Poll.Until(async () => (await client.GetAsync(new Uri("/health/live", UriKind.Relative))).IsSuccessStatusCode);
        await ask(client);
        await server.StopAsync();

        var told = log.Of(ChangesNothing).ToList();
        Assert.Equal(idle.Count, told.Count);
        Assert.All(idle, variable => Assert.Single(told, line => line.StartsWith($"{variable} ({EnvPath}) changes nothing here: ", StringComparison.Ordinal)));
        Assert.All(told, static line => Assert.DoesNotContain("change-me", line, StringComparison.Ordinal));
    }

    private IConfigurationRoot Read(string file)
    {
        File.WriteAllText(EnvPath, file);
        var builder = new ConfigurationBuilder();
        SettingSources.Add(builder, [], "/no/such/file.json", new Dictionary<string, string> { [SettingSources.EnvFileVariable] = EnvPath });
        return builder.Build();
    }
}
