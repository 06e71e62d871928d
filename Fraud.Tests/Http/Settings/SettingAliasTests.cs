using Fraud.Cli.Config;
using Fraud.Http;
using Fraud.Http.Settings;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Settings;

public sealed class SettingAliasTests
{
    /// <summary>Variables of the acceptance list's sections "env".</summary>
    private static readonly string[] OfReferences =
    [
        "DATABASE_URL", "AZURE_API_KEY", "STRIPE_API_KEY", "ENVIRONMENT", "FRONTEND_ORIGIN",
        "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_TOPIC", "MODEL_PATH",
        "FRAUD_THRESHOLD", "API_HOST", "API_PORT", "API_WORKERS", "REDIS_PASSWORD", "MLFLOW_TRACKING_URI", "ENABLE_API_AUTH",
        "JWT_SECRET_KEY", "BATCH_SIZE", "LOG_LEVEL",
    ];

    public static TheoryData<string> WithTargets => [.. SettingAliases.All.Where(static alias => alias.Targets.Count > 0).Select(static alias => alias.Variable)];

    [Fact]
    public void All_VariablesOfTheReferences_AreThere() =>
        Assert.Superset(OfReferences.ToHashSet(), SettingAliases.All.Select(static alias => alias.Variable).ToHashSet());

    [Theory]
    [MemberData(nameof(WithTargets))]
    public void Variable_Set_ReachesItsSettings(string variable)
    {
        var alias = Alias(variable);

        var settings = Read(Environment(alias));

        Assert.All(alias.Targets, target =>
        {
            Assert.False(string.IsNullOrEmpty(settings[target]), $"{variable} says nothing to {target}");
            Assert.EndsWith(", an alias", SettingSources.OriginOf(settings, target)!, StringComparison.Ordinal);
        });
        Assert.Empty(SettingsCheck.Mistakes(settings));
    }

    /// <summary>Sections of features that are not built in yet are passed over; where one is, its setting must be there.</summary>
    [Theory]
    [MemberData(nameof(WithTargets))]
    public void Target_OfASectionThatThereIs_IsASetting(string variable) => Assert.All(Alias(variable).Targets, static target =>
    {
        var parts = target.Split(':');
        if (SettingsCatalog.Foreign.Contains(parts[0]))
        {
            return;
        }

        var type = SettingsCatalog.Sections.FirstOrDefault(section => section.Name == parts[0])?.Options;
        Assert.True(type is not null || parts[0] is "Security" or "Cors" or "Stripe", $"there is no section {parts[0]}");
        foreach (var part in parts.Skip(1).Where(part => type is not null && !char.IsAsciiDigit(part[0])))
        {
            type = type!.GetProperty(part)?.PropertyType;
            Assert.True(type is not null, $"there is no setting {target}");
        }
    });

    [Theory]
    [MemberData(nameof(WithTargets))]
    public void Variable_BesideOurs_Loses(string variable)
    {
        var alias = Alias(variable);
        var environment = Environment(alias);
        foreach (var target in alias.Targets)
        {
            environment[target.Replace(":", "__", StringComparison.Ordinal)] = "ours";
        }

        var settings = Read(environment);

        Assert.All(alias.Targets, target => Assert.Equal("ours", settings[target]));
    }

    [Theory]
    [InlineData("DATABASE_URL", "postgresql+psycopg2://fraud_api:p%40ss%2Fword@db:5433/bankdb?sslmode=require", "Storage:Postgres",
        "host=db;port=5433;database=bankdb;username=fraud_api;password=p@ss/word;ssl mode=require")]
    [InlineData("DATABASE_URL", "sqlite:///data/other.db", "Storage:SqliteFile", "data/other.db")]
    [InlineData("MODEL_PATH", "models/payments/model.onnx", "Scoring:Model", "models/payments")]
    [InlineData("MODEL_PATH", "models/payments", "Scoring:Model", "models/payments")]
    [InlineData("FRAUD_THRESHOLD", "0.2", "Scoring:ReviewThreshold", "0.2")]
    [InlineData("API_PORT", "5000", "Http:Urls", "http://127.0.0.1:5000")]
    [InlineData("API_HOST", "0.0.0.0", "Http:Urls", "http://0.0.0.0:8000")]
    [InlineData("API_HOST", "::1", "Http:Urls", "http://[::1]:8000")]
    [InlineData("ENABLE_API_AUTH", "true", "Security:RequireCredentials", "true")]
    [InlineData("ENABLE_API_AUTH", "true", "Security:AllowAnonymous", "false")]
    [InlineData("ENABLE_API_AUTH", "off", "Security:RequireCredentials", "false")]
    [InlineData("ENABLE_API_AUTH", "off", "Security:AllowAnonymous", "true")]
    [InlineData("OTEL_TRACES_SAMPLER", "always_on", "Tracing:HonourParent", "false")]
    [InlineData("OTEL_TRACES_SAMPLER", "parentbased_always_off", "Tracing:SampleRatio", "0")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "Tracing:Protocol", "HttpProtobuf")]
    [InlineData("LOG_LEVEL", "warning", "Logging:LogLevel:Default", "Warning")]
    [InlineData("FRONTEND_ORIGIN", "https://a.example, https://b.example", "Cors:Origins:1", "https://b.example")]
    public void Variable_Value_IsTranslated(string variable, string value, string target, string expected) =>
        Assert.Equal(expected, Read(new() { [variable] = value })[target], ignoreCase: true);

    [Theory]
    [InlineData("DATABASE_URL", "mysql://user:hunter2@db/bank", "DATABASE_URL: expected postgresql://")]
    [InlineData("API_PORT", "eighty", "API_PORT: expected a port")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_TRACES_SAMPLER: expected [parentbased_]always_on")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf or grpc")]
    [InlineData("LOG_LEVEL", "loud", "LOG_LEVEL: expected DEBUG")]
    [InlineData("MODEL_PATH", "models/xgb_final.pkl", "MODEL_PATH: expected a folder of versions; a pickle is not read here")]
    [InlineData("ENABLE_API_AUTH", "maybe", "ENABLE_API_AUTH: expected true or false")]
    public void Variable_NotUnderstood_IsNamedWithoutItsValue(string variable, string value, string mistake)
    {
        var found = Assert.Single(SettingsCheck.Mistakes(Read(new() { [variable] = value })));

        Assert.StartsWith(mistake, found, StringComparison.Ordinal);
        Assert.DoesNotContain(value, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Variable_Empty_IsAsIfNotSet() =>
        Assert.Null(SettingSources.OriginOf(Read(new() { ["DATABASE_URL"] = "", ["KAFKA_TOPIC"] = "" }), "Kafka:TransactionsTopic"));

    [Fact]
    public void Sources_EachSaysTheSame_TheNearestWins()
    {
        using var folder = new TempFolder();
        var file = folder.File("fraud.json");
        File.WriteAllText(file, """{ "Kafka": { "GroupId": "file", "TransactionsTopic": "file", "AlertsTopic": "file", "LabelsTopic": "file" } }""");
        var variables = folder.File("prod.env");
        File.WriteAllText(variables, "# as deployed\nexport KAFKA_TOPIC='dot env'\nKafka__AlertsTopic=dot-env # why\nKafka__LabelsTopic=dot-env\n");
        Dictionary<string, string> environment = new()
        {
            [SettingSources.EnvFileVariable] = variables,
            ["Kafka__AlertsTopic"] = "environment",
            ["Kafka__LabelsTopic"] = "environment",
        };

        var builder = new ConfigurationBuilder();
        SettingSources.Add(builder, [KeyValuePair.Create("Kafka:LabelsTopic", (string?)"command line")], file, environment);
        var settings = builder.Build();

        Assert.Equal(
            ["file", "dot env", "environment", "command line"],
            new[] { "Kafka:GroupId", "Kafka:TransactionsTopic", "Kafka:AlertsTopic", "Kafka:LabelsTopic" }.Select(key => settings[key]));
        Assert.Equal("file config/fraud.json", SettingSources.OriginOf(settings, "Kafka:GroupId"));
        Assert.Equal($"{variables} KAFKA_TOPIC, an alias", SettingSources.OriginOf(settings, "Kafka:TransactionsTopic"));
        Assert.Equal("environment Kafka__AlertsTopic", SettingSources.OriginOf(settings, "Kafka:AlertsTopic"));
        Assert.Equal("command line", SettingSources.OriginOf(settings, "Kafka:LabelsTopic"));
    }

    [Fact]
    public void EnvFile_WrongLine_NamesItsNumberOnly()
    {
        var error = Assert.Throws<FormatException>(() => EnvFile.Parse(["A=1", "hunter2"], ".env"));

        Assert.Equal(".env: line 2: expected NAME=VALUE", error.Message);
    }

    [Fact]
    public async Task LogLevel_Debug_IsInForce()
    {
        await using var server = FraudServer.Build(
            [
                KeyValuePair.Create("Logging:LogLevel:Default", (string?)"Debug"),
                KeyValuePair.Create("Http:Urls", (string?)"http://127.0.0.1:0"),
                KeyValuePair.Create("Scoring:Model", (string?)Path.Combine(Repository.Root, "models", "payments")),
            ]);

        Assert.True(server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Fraud").IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public void Table_InTheManual_IsThatOfTheCode() => Assert.Contains(
        AliasTable.Markdown(), File.ReadAllText(Path.Combine(Repository.Root, "docs", "config.md")), StringComparison.Ordinal);

    [Fact]
    public void Example_OfAnEnvFile_IsInOrder()
    {
        var variables = EnvFile.Read(Path.Combine(Repository.Root, ".env.example"), mustExist: true);

        Assert.NotEmpty(variables);
        Assert.Empty(SettingsCheck.Mistakes(Read(new(variables))));
    }

    private static SettingAlias Alias(string variable) => SettingAliases.All.Single(alias => alias.Variable == variable);

    private static Dictionary<string, string> Environment(SettingAlias alias)
    {
        Dictionary<string, string> environment = new() { [alias.Variable] = alias.Example };
        if (alias.With is { } with)
        {
            environment[with] = Alias(with).Example;
            Assert.Contains(alias.Example, Read(environment)[alias.Targets[0]]!, StringComparison.Ordinal);
        }

        return environment;
    }

    private static IConfigurationRoot Read(Dictionary<string, string> environment)
    {
        var builder = new ConfigurationBuilder();
        SettingSources.Add(builder, [], "/no/such/file.json", environment);
        return builder.Build();
    }
}
