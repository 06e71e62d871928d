using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.RateLimits;

/// <summary>Registers the limits of requests, and puts them before the addresses.</summary>
internal static class RateLimitsExtensions
{
    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RequestRateOptions>(configuration, RequestRateOptions.Section);
        services.AddSingleton<RateHeaders>();
        services.AddSingleton<RequestRates>();
    }

    /// <summary>Behind what says who the caller is.</summary>
    public static void UseRequestRates(this WebApplication application)
    {
        var rates = application.Services.GetRequiredService<RequestRates>();
        application.Use(next => context => rates.Pass(context, next));
    }
}
