using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Tracing;

/// <summary>Registers what sends spans, and puts what describes requests in front.</summary>
internal static class TracingExtensions
{
    public static IServiceCollection AddTracing(this IServiceCollection services) => services.AddSingleton<TraceExport>();

    /// <summary>The first of all, so that a span says what became of its request. Nothing while tracing is off.</summary>
    public static void UseTracing(this WebApplication application)
    {
        if (!application.Services.GetRequiredService<TraceExport>().IsOn)
        {
            return;
        }

        application.Use(static next => context => Activity.Current is { Recorded: true } span
            ? RequestSpan.Follow(context, next, span)
            : next(context));
    }
}
