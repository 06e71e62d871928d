using Fraud.Http;
using Fraud.Http.Settings;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Settings;

public sealed class SettingsCheckTests
{
    [Fact]
    public void Mistakes_ShippedFile_HasNone() => Assert.Empty(Mistakes(Path.Combine(Repository.Root, "config", "fraud.json"), []));

    /// <summary>What the manual says is the default is what the code takes.</summary>
    [Fact]
    public void View_ShippedFile_SaysWhatTheCodeDoesByDefault()
    {
        var file = SettingsView.Of(Read(Path.Combine(Repository.Root, "config", "fraud.json"), []));
        var code = SettingsView.Of(Read("/no/such/file.json", [])).ToDictionary(static line => line.Name);

        Assert.Contains(file, static line => line.Origin == "file config/fraud.json");
        Assert.All(
            file.Where(line => line.Origin != SettingsView.Default && code.ContainsKey(line.Name)),
            line => Assert.Equal(Plain(code[line.Name].Value), Plain(line.Value)));
    }

    [Theory]
    [InlineData("Http:MaxBatchs", "5", "Http:MaxBatchs: unknown setting; did you mean Http:MaxBatch? (command line)")]
    [InlineData("Http:Whatever", "5", "Http:Whatever: unknown setting (command line)")]
    [InlineData("Overlaod:Burst", "5", "Overlaod: unknown section; did you mean Overload? (command line)")]
    [InlineData("Http:MaxBatch", "0", "Http:MaxBatch: expected 1 to 100000 (command line)")]
    [InlineData("Http:MaxBatch", "many", "Http:MaxBatch: expected a whole number (command line)")]
    [InlineData("Http:Urls", "", "Http:Urls: expected a value (command line)")]
    [InlineData("Http:Urls:0", "http://x", "Http:Urls: expected one value (command line)")]
    [InlineData("Batching:Linger", "soon", "Batching:Linger: expected a time such as 00:00:02 or 7.00:00:00 (command line)")]
    [InlineData("Storage:Kind", "Oracle", "Storage:Kind: expected Sqlite or Postgres (command line)")]
    [InlineData("Limits:DefaultCurrency", "euro", "Limits:DefaultCurrency: expected text that matches ^[A-Z]{3}$ (command line)")]
    [InlineData("Tracing:Endpoint", "otel:4318", "Tracing:Endpoint: expected http://HOST:PORT or https://HOST:PORT (command line)")]
    [InlineData("Tracing:Headers", "hunter2", "Tracing:Headers: expected NAME=VALUE, several with commas between them (command line)")]
    [InlineData("MetricsExport:Endpoint", "otel:4318", "MetricsExport:Endpoint: expected http://HOST:PORT or https://HOST:PORT (command line)")]
    [InlineData("Tracing:QueueCapacity", "100", "Tracing:MaxExportBatch: expected at most Tracing:QueueCapacity")]
    [InlineData("Storage:Kind", "Postgres", "Storage:Postgres: expected a connection string, because Storage:Kind is Postgres")]
    [InlineData("Storage:Retention:Audit", "364.23:59:59", "Storage:Retention:Audit: expected 00:00:00 (kept), or 365.00:00:00 to 36500.00:00:00: the audit log keeps a year at least (command line)")]
    [InlineData("Storage:Retention:WebhookEvents", "29.00:00:00", "Storage:Retention:WebhookEvents: expected 00:00:00 (kept), or 30.00:00:00 to 36500.00:00:00: for so long senders may repeat them (command line)")]
    [InlineData("Storage:Retention:StepRows", "0", "Storage:Retention:StepRows: expected 1 to 100000 (command line)")]
    [InlineData("Storage:Retention:Alerts", "7.00:00:00", "Storage:Retention:Alerts: unknown setting (command line)")]
    public void Mistakes_OneSetting_IsNamedWithItsOrigin(string name, string value, string mistake) =>
        Assert.Equal(mistake, Assert.Single(Mistakes("/no/such/file.json", [KeyValuePair.Create(name, (string?)value)])));

    [Fact]
    public void Mistakes_SeveralPlaces_AllAreNamedAtOnce()
    {
        using var folder = new TempFolder();
        var file = folder.File("fraud.json");
        File.WriteAllText(file, """{ "Http": { "MaxBatch": -1, "Port": 8000 }, "Kafka": { "Client": { "security.protocol": "ssl" } } }""");

        var mistakes = Mistakes(
            file, [KeyValuePair.Create("Kafka:Partitions", (string?)"0")],
            new() { ["Overload__Burst"] = "x", ["Overlod__Burst"] = "1", ["SOMEBODY__ELSES"] = "1", ["API_PORT"] = "x" });

        Assert.Equal(
            [
                "API_PORT: expected a port from 0 to 65535 (environment)",
                "Http:MaxBatch: expected 1 to 100000 (file config/fraud.json)",
                "Http:Port: unknown setting (file config/fraud.json)",
                "Kafka:Partitions: expected 1 to 10000 (command line)",
                "Overload:Burst: expected a whole number (environment Overload__Burst)",
                "Overlod: unknown section; did you mean Overload? (environment Overlod__Burst)",
            ],
            mistakes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_WrongSettings_NamesAllAtOnce()
    {
        var error = Assert.Throws<OptionsValidationException>(() => FraudServer.Build(
            [KeyValuePair.Create("Http:MaxBatch", (string?)"0"), KeyValuePair.Create("Routing:MaxOwnerWaits", (string?)"x"), KeyValuePair.Create("Kafka:Topic", (string?)"x")]));

        Assert.Equal(3, error.Failures.Count());
    }

    [Theory]
    [InlineData("Cluster:ListenUrl", "Cluster:Host")]
    [InlineData("cluster:address", "Cluster:PublicHost")]
    [InlineData("Cluster:Secret", "certificates")]
    [InlineData("Routing:RetryPause", "200 ms")]
    [InlineData("Routing:MaxNodes", "Akka.Remote")]
    public void Mistakes_SettingThatIsGone_SaysWhatToDoInstead(string name, string instead)
    {
        var error = Assert.Throws<OptionsValidationException>(() => FraudServer.Build([KeyValuePair.Create(name, (string?)"x")]));

        var mistake = Assert.Single(error.Failures);
        Assert.StartsWith($"{name}: is gone; ", mistake, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(instead, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Client:sasl.password", "hunter2", "***")]
    [InlineData("Cluster:Secret", "hunter2", "***")]
    [InlineData("Security:Jwt:Key", "hunter2", "***")]
    [InlineData("Security:AdminKeyHash", "hunter2", "***")]
    [InlineData("Security:Oidc:SessionKey", "hunter2", "***")]
    [InlineData("Security:Oidc:ClientSecret", "hunter2", "***")]
    [InlineData("Stripe:Secrets:0", "hunter2", "***")]
    [InlineData("Tracing:Headers", "api-key=hunter2", "***")]
    [InlineData("MetricsExport:Headers", "api-key=hunter2", "***")]
    [InlineData("Storage:Postgres", "Host=db;Password=hunter2;Database=x", "host=db;password=***;database=x")]
    [InlineData("Storage:Postgres", "Host=db;Password='hunter2", "***")]
    [InlineData("Alerts:Url", "https://user:hunter2@example.com/", "https://***@example.com/")]
    [InlineData("Tls:KeyFile", "/etc/key.pem", "/etc/key.pem")]
    [InlineData("Security:KeyRefresh", "00:00:02", "00:00:02")]
    [InlineData("Idempotency:MaxKeys", "5", "5")]
    public void Show_Value_HidesSecretsOnly(string name, string value, string shown) =>
        Assert.Equal(shown, SettingsView.Show(name, value), ignoreCase: true);

    private static string Plain(string value) =>
        TimeSpan.TryParse(value, out var time) ? time.ToString() : value.ToUpperInvariant();

    private static IReadOnlyList<string> Mistakes(
        string file, IEnumerable<KeyValuePair<string, string?>> commandLine, Dictionary<string, string>? environment = null) =>
        SettingsCheck.Mistakes(Read(file, commandLine, environment));

    private static IConfigurationRoot Read(
        string file, IEnumerable<KeyValuePair<string, string?>> commandLine, Dictionary<string, string>? environment = null)
    {
        var builder = new ConfigurationBuilder();
        SettingSources.Add(builder, commandLine, file, environment ?? []);
        return builder.Build();
    }
}
