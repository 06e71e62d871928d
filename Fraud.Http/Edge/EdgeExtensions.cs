using System.Net;
using Fraud.Http.CrossOrigin;
using Fraud.Http.Idempotency;
using Fraud.Http.RateLimits;
using Fraud.Http.Tls;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Edge;

/// <summary>Registers what every request passes, and puts it in front.</summary>
internal static class EdgeExtensions
{
    /// <param name="urls">Where the front door listens.</param>
    public static void AddEdge(this WebApplicationBuilder builder, IReadOnlyCollection<string> urls)
    {
        var configuration = builder.Configuration;
        builder.Services.AddSettings<EdgeOptions>(configuration, EdgeOptions.Section);
        builder.Services.AddSingleton<AnswerHeaders>();
        builder.Services.AddRateLimits(configuration);
        builder.Services.AddCrossOrigin(configuration);
        builder.Services.AddIdempotency(configuration);
        builder.AddTls(urls);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel.Limits, kestrel.ApplicationServices.GetRequiredService<EdgeOptions>()));
    }

    /// <summary>Before anything that answers: what follows only ever adds to it.</summary>
    public static void UseEdge(this WebApplication application)
    {
        var answers = application.Services.GetRequiredService<AnswerHeaders>();
        application.Use(next => context =>
        {
            answers.Write(context);
            return next(context);
        });
    }

    /// <summary>The first of all: callers' own addresses, and whether they came over TLS, from the proxies that are trusted.</summary>
    public static void UseTrustedProxies(this WebApplication application)
    {
        var options = application.Services.GetRequiredService<EdgeOptions>();
        // Without a list the framework would believe everyone.
        if (options.TrustedProxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many as are trusted, from the nearest on.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        application.UseForwardedHeaders(forwarded);
    }

    private static void Limit(KestrelServerLimits limits, EdgeOptions edge)
    {
        var slowest = edge.MinBytesPerSecond == 0 ? null : new MinDataRate(edge.MinBytesPerSecond, edge.SlowGrace);
        limits.RequestHeadersTimeout = edge.HeadersTimeout;
        limits.KeepAliveTimeout = edge.KeepAliveTimeout;
        limits.MinRequestBodyDataRate = slowest;
        limits.MinResponseDataRate = slowest;
        limits.MaxRequestLineSize = edge.MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = edge.MaxHeaderBytes;
        limits.MaxRequestBufferSize = Math.Max(limits.MaxRequestBufferSize ?? 0, edge.MaxRequestLineBytes + edge.MaxHeaderBytes);
        limits.Http2.MaxStreamsPerConnection = edge.MaxStreamsPerConnection;
    }
}
