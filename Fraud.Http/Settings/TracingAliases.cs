namespace Fraud.Http.Settings;

/// <summary>OpenTelemetry's own variables, as far as there is something to set.</summary>
internal static class TracingAliases
{
    private const string Endpoint = "Tracing:Endpoint";
    private const string Ratio = "Tracing:SampleRatio";
    private const string Sampler = "OTEL_TRACES_SAMPLER";
    private const string Argument = "OTEL_TRACES_SAMPLER_ARG";
    private const string ParentBased = "parentbased_";

    public static IReadOnlyList<SettingAlias> All { get; } =
    [
        SettingAlias.Same("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint, "as it is; /v1/traces is added for HTTP", "http://otel:4318"),
        SettingAlias.Same("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Endpoint, "as it is; wins over the one before", "http://otel:4318/v1/traces"),
        SettingAlias.Same(
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "MetricsExport:Endpoint", "as it is; /v1/metrics is added for HTTP. Metrics are pushed only when it is set", "http://otel:4318"),
        SettingAlias.From("OTEL_EXPORTER_OTLP_PROTOCOL", "Tracing:Protocol", "http/protobuf or grpc", "grpc", static value => value.Trim() switch
        {
            "http/protobuf" => "HttpProtobuf",
            "grpc" => "Grpc",
            _ => throw new FormatException("expected http/protobuf or grpc"),
        }),
        SettingAlias.Same("OTEL_EXPORTER_OTLP_HEADERS", "Tracing:Headers", "as it is: NAME=VALUE with commas between them", "authorization=Bearer%20x"),
        SettingAlias.Same("OTEL_SERVICE_NAME", "Tracing:ServiceName", "as it is", "fraud"),
        new(Sampler, [Ratio, "Tracing:HonourParent"], "[parentbased_]always_on, always_off or traceidratio", "parentbased_traceidratio")
        {
            Convert = static (value, look) => ToSampler(value.Trim(), look(Argument)),
        },
        new(Argument, [Ratio], "the ratio, 1 when it is missing", "0.25") { With = Sampler },
        SettingAlias.Same("OTEL_BSP_MAX_QUEUE_SIZE", "Tracing:QueueCapacity", "as it is", "2048"),
    ];

    private static KeyValuePair<string, string>[] ToSampler(string value, string? argument)
    {
        var isParentBased = value.StartsWith(ParentBased, StringComparison.Ordinal);
        var ratio = (isParentBased ? value[ParentBased.Length..] : value) switch
        {
            "always_on" => "1",
            "always_off" => "0",
            "traceidratio" => string.IsNullOrEmpty(argument) ? "1" : argument,
            _ => throw new FormatException("expected [parentbased_]always_on, always_off or traceidratio"),
        };
        return [KeyValuePair.Create(Ratio, ratio), KeyValuePair.Create("Tracing:HonourParent", isParentBased ? "true" : "false")];
    }
}
