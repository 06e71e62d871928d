using System.Diagnostics;
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
using Fraud.Http.Labels;
using Fraud.Http.Models;
using Fraud.Http.PredictStream;
using Fraud.Http.Problems;
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
using Fraud.Stream.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http;

/// <summary>The service: the graph behind Kestrel.</summary>
public static class FraudServer
{
    // As nginx counts them; no answer carries it.
    private const int CallerLeft = 499;

    /// <param name="settings">Settings that win over file and environment.</param>
    /// <param name="configure">Further services; runs last.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">At start: settings are wrong; names each.</exception>
    public static WebApplication Build(
        IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        SettingSources.Add(builder.Configuration, settings);
        SettingsCheck.ThrowIfWrong(builder.Configuration);
        Register(builder, configure);
        var application = builder.Build();
        Map(application);
        return application;
    }

    /// <summary>Everything but the addresses.</summary>
    /// <returns>The port that is taken already.</returns>
    internal static PeerListener Register(WebApplicationBuilder builder, Action<IServiceCollection>? configure)
    {
        LogFormat.AddTo(builder.Logging, builder.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        // One line a request would be the most expensive part of it.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));

        var http = builder.Configuration.GetSection(HttpOptions.Section).Get<HttpOptions>() ?? new HttpOptions();
        var urls = http.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var cluster = builder.Configuration.GetSection(ClusterOptions.Section).Get<ClusterOptions>() ?? new ClusterOptions();
        var peers = new PeerListener(cluster, urls);
        builder.Services.AddRouting(builder.Configuration, peers, cluster);
        builder.Services.AddFraudStream(builder.Configuration);
        builder.Services.AddSettings<HttpOptions>(builder.Configuration, HttpOptions.Section);
        builder.Services.AddSecurity(builder.Configuration, urls, peers);
        builder.Services.AddStats(builder.Configuration).AddModelInfo().AddComparison().AddDriftViews().AddTraining(builder.Configuration).AddRegistry();
        builder.Services.AddScoringApi().AddLabels().AddCases(builder.Configuration).AddAlertStream(builder.Configuration)
            .AddPredictStream(builder.Configuration).AddStripe(builder.Configuration).AddClusterViews().AddReviewPage().AddHealth().AddTelemetry().AddTracing().AddAudit();
        builder.Services.AddInference(builder.Configuration).AddApiDocs();
        builder.AddEdge(urls);
        configure?.Invoke(builder.Services);

        var limits = builder.Configuration.GetSection(TransactionLimits.Section).Get<TransactionLimits>() ?? new TransactionLimits();
        builder.WebHost.UseUrls([.. urls, peers.Url]);
        peers.ListenIn(builder.WebHost);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = http.MaxConnections;
            // Ours answers first; Kestrel then reads off the rest up to its own, usual limit, so that a caller who is
            // still sending hears the answer instead of a broken connection.
            kestrel.Limits.MaxRequestBodySize = Math.Max(kestrel.Limits.MaxRequestBodySize ?? 0, limits.MaxBodyBytes + 1L);
        });
        // The graph drains within its own deadline; the host waits a little longer.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        return peers;
    }

    private static void Map(WebApplication application)
    {
        var services = application.Services;
        var metrics = services.GetRequiredService<HttpMetrics>();
        application.UseTracing();
        application.UseTrustedProxies();
        application.UseEdge();
        application.Use(next => context => Guard(context, next, metrics));
        application.UseRouting();
        application.UseCrossOrigin();
        // Behind routing and preflights, before what is each caller's own.
        application.UseAccess();
        application.UseIdempotency();

        foreach (var endpoints in services.GetServices<IEndpoints>())
        {
            endpoints.Map(application);
        }

        application.ReportUnruled();
        services.GetRequiredService<EndpointList>().ReadFrom(application);
    }

    /// <summary>Every request ends in an answer of ours, and is counted.</summary>
    private static async Task Guard(HttpContext context, RequestDelegate next, HttpMetrics metrics)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 })
            {
                await new Problem(404, "Not found", "No such address; GET / lists what there is.").Write(context);
            }
            else if (context.Response is { HasStarted: false, StatusCode: 405 })
            {
                await new Problem(405, "Method not allowed", $"method: expected {context.Response.Headers.Allow}").Write(context);
            }
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            // Even where the caller is gone and the answer cannot be written.
            LastRequest.Mark(context);
            context.Response.Headers.Connection = "close";
            await new Problem(error.StatusCode, "The request cannot be read", error.Message).Write(context);
        }
        catch (Exception error) when (HasCallerLeft(context, error))
        {
            // There is nobody to tell, no rest of a body to drain and no next request. Counted apart: neither an answer
            // nor a failure of the service.
            LastRequest.Mark(context);
            context.Abort();
            metrics.Count(RouteOf(context), CallerLeft);
            return;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger(typeof(FraudServer))
                .LogError(error, "A request failed; trace {TraceId}", Activity.Current?.Id ?? context.TraceIdentifier);
            await new Problem(500, "Internal error", "The request failed; the log has the trace id.").Write(context);
        }

        metrics.Count(RouteOf(context), context.Response.StatusCode);
    }

    private static bool HasCallerLeft(HttpContext context, Exception error) =>
        error is CallerLeftException or ConnectionResetException or ConnectionAbortedException
        || (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested);

    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
}
