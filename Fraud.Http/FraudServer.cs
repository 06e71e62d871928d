using Fraud.Http.Alerts;
using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Cases;
using Fraud.Http.Cluster;
using Fraud.Http.CrossOrigin;
using Fraud.Http.Drift;
using Fraud.Http.Edge;
using Fraud.Http.Health;
using Fraud.Http.Idempotency;
using Fraud.Http.Inference;
using Fraud.Http.Inference.Grpc;
using Fraud.Http.Labels;
using Fraud.Http.Models;
using Fraud.Http.PredictStream;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Registry;
using Fraud.Http.Review;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Http.Settings;
using Fraud.Http.Shadow;
using Fraud.Http.Stats;
using Fraud.Http.Stripe;
using Fraud.Http.Telemetry;
using Fraud.Http.Tracing;
using Fraud.Http.Training;
using Fraud.Model.Decoding;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http;

/// <summary>The service: the graph behind Kestrel.</summary>
public static class FraudServer
{
    /// <param name="settings">Settings that win over file and environment.</param>
    /// <param name="configure">Further services; runs last.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">At start: settings are wrong; names each.</exception>
    public static WebApplication Build(
        IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configure = null)
    {
        // Settings are read once. To watch files would cost a few objects for every write of a store in the same folder.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.Sources.Clear();
        SettingSources.Add(builder.Configuration, settings);
        SettingsCheck.ThrowIfWrong(builder.Configuration);
        Register(builder, configure);
        var application = builder.Build();
        Map(application);
        return application;
    }

    /// <summary>Everything but the addresses.</summary>
    internal static void Register(WebApplicationBuilder builder, Action<IServiceCollection>? configure)
    {
        LogFormat.AddTo(builder.Logging, builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        // One line a request would be the most expensive part of it.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        // That a check fails is its answer, once a second for gRPC's watchers; what makes it fail has lines of its own.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));

        var http = builder.Configuration.GetSection(HttpOptions.Section).Get<HttpOptions>() ?? new HttpOptions();
        var urls = http.Addresses().Concat(http.GrpcAddresses()).ToList();
        builder.Services.AddRouting(builder.Configuration);
        builder.Services.AddFraudStream(builder.Configuration);
        builder.Services.AddSettings<HttpOptions>(builder.Configuration, HttpOptions.Section);
        builder.Services.AddSecurity(builder.Configuration, new FrontDoor(urls, SettingSources.OriginOf(builder.Configuration, $"{HttpOptions.Section}:{nameof(HttpOptions.Urls)}")));
        builder.Services.AddStats(builder.Configuration).AddModelInfo().AddComparison().AddDriftViews().AddTraining(builder.Configuration).AddRegistry();
        builder.Services.AddScoringApi().AddLabels().AddCases(builder.Configuration).AddAlertStream(builder.Configuration)
            .AddPredictStream(builder.Configuration).AddStripe(builder.Configuration).AddClusterViews().AddReviewPage().AddHealth().AddTelemetry(builder.Configuration).AddTracing(builder.Configuration).AddAudit(builder.Configuration);
        builder.Services.AddInference(builder.Configuration).AddApiDocs().AddProblems();
        builder.AddEdge(urls);
        configure?.Invoke(builder.Services);

        var limits = builder.Configuration.GetSection(TransactionLimits.Section).Get<TransactionLimits>() ?? new TransactionLimits();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ListeningAddresses.Listen(kestrel, http);
            kestrel.Limits.MaxConcurrentConnections = http.MaxConnections;
            // Ours answers first; Kestrel then reads off the rest up to its own, usual limit, so that a caller who is
            // still sending hears the answer instead of a broken connection.
            kestrel.Limits.MaxRequestBodySize = Math.Max(kestrel.Limits.MaxRequestBodySize ?? 0, limits.MaxBodyBytes + 1L);
        });
        // The graph drains within its own deadline; the host waits a little longer.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    private static void Map(WebApplication application)
    {
        var services = application.Services;
        application.UseTrustedProxies();
        application.UseEdge();
        application.UseProblems();
        if (services.GetRequiredService<HttpOptions>().MetricsAddresses().Count > 0)
        {
            MetricsDoor.Guard(application);
        }

        application.UseRoutingWithHead();
        application.UseCrossOrigin();
        application.UsePagePosts();
        // Behind routing and preflights, before what is each caller's own.
        application.UseAccess();
        application.UseRequestRates();
        application.UseQueryRules();
        application.UseIdempotency();

        foreach (var endpoints in services.GetServices<IEndpoints>())
        {
            endpoints.Map(application);
        }

        application.ReportUnruled();
        IdleSettings.Report((IConfigurationRoot)application.Configuration, services.GetRequiredService<ILoggerFactory>());
        services.GetRequiredService<EndpointList>().ReadFrom(application);
    }
}
