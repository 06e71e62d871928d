using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Idempotency;

/// <summary>Registers what carries requests with an Idempotency-Key out once.</summary>
internal static class IdempotencyExtensions
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<IdempotencyOptions>(configuration, IdempotencyOptions.Section);
        services.AddSingleton<KeyedAnswers>();
        services.AddSingleton<IdempotencyMetrics>();
        services.AddSingleton<IdempotencyGate>();
        return services;
    }

    /// <summary>The last before the endpoints: behind routing, and behind who the caller is.</summary>
    public static void UseIdempotency(this WebApplication application)
    {
        var gate = application.Services.GetRequiredService<IdempotencyGate>();
        application.Use(next => context => gate.Pass(context, next));
    }
}
