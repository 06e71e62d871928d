using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace Fraud.Client.DependencyInjection;

/// <summary>Puts a <see cref="FraudClient"/> into a service collection.</summary>
public static class FraudClientServices
{
    /// <summary>Name of the HTTP client, for <see cref="IHttpClientFactory"/> and in logs and metrics.</summary>
    public const string HttpClientName = "Fraud.Client";

    /// <summary>
    /// Adds one <see cref="FraudClient"/> for the whole program, on connections of <see cref="IHttpClientFactory"/> and with the
    /// standard resilience handler: attempts that obey <c>Retry-After</c>, a circuit breaker, a time for each attempt and for all.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets at least <see cref="FraudClientServiceOptions.Address"/>; null where that is configured elsewhere.</param>
    /// <returns>The HTTP client, for handlers and certificates of your own.</returns>
    public static IHttpClientBuilder AddFraudClient(this IServiceCollection services, Action<FraudClientServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<FraudClientServiceOptions>().ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FraudClientServiceOptions>, FraudClientServiceOptionsCheck>());
        services.TryAddSingleton(TimeProvider.System);
        // Added twice, its handlers would stand there twice.
        if (services.Any(static service => service.ServiceType == typeof(FraudClient)))
        {
            return services.AddHttpClient(HttpClientName);
        }

        services.AddSingleton(static provider => Create(provider));
        return AddHttp(services);
    }

    private static IHttpClientBuilder AddHttp(IServiceCollection services)
    {
        var http = services.AddHttpClient(HttpClientName, static (provider, client) =>
            {
                // With a slash at the end, or its last part would be taken for a file.
                var text = Options(provider).Address!.AbsoluteUri;
                client.BaseAddress = new Uri(text.EndsWith('/') ? text : text + "/");
                // The resilience handler has the time; a stream has none.
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            .UseSocketsHttpHandler(static (handler, _) =>
            {
                handler.AllowAutoRedirect = false;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
            })
            // The client lives as long as the program: connections are renewed below it.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler(static () => new ResilienceFailures());
        http.AddStandardResilienceHandler().Configure(Apply);
        return http;
    }

    private static void Apply(HttpStandardResilienceOptions resilience, IServiceProvider provider)
    {
        try
        {
            new Resilience(Options(provider), provider.GetRequiredService<TimeProvider>()).Apply(resilience);
        }
        catch (OptionsValidationException)
        {
            // The handler checks itself at start, too. What is wrong is said once, by the options' own check at the same start;
            // without a host, when the client is made.
        }
    }

    private static FraudClient Create(IServiceProvider provider)
    {
        var options = Options(provider);
        return new FraudClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            new FraudClientOptions
            {
                ApiKey = options.ApiKey,
                // The handler tries again; both would multiply.
                MaxAttempts = 1,
                AttemptTimeout = options.TotalTimeout,
                StreamTimeout = options.StreamTimeout,
                MaxRetryAfter = options.MaxRetryAfter,
                MinBackoff = options.MinBackoff,
                MaxBackoff = options.MaxBackoff,
            },
            provider.GetRequiredService<TimeProvider>());
    }

    private static FraudClientServiceOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<FraudClientServiceOptions>>().Value;
}
