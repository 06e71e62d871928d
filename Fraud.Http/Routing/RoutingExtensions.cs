using Akka.Actor;
using Fraud.Stream;
using Fraud.Stream.Shards;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Routing;

/// <summary>Registers what sends payments to other nodes and takes theirs.</summary>
internal static class RoutingExtensions
{
    public static IServiceCollection AddRouting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RoutingOptions>(configuration, RoutingOptions.Section);
        services.AddSingleton<RoutingMetrics>();
        services.AddSingleton(static provider =>
        {
            var senders = ActivatorUtilities.CreateInstance<ShardSenders>(provider);
            senders.ReplyTo = provider.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new ForwardReplies(senders)), "forward-replies");
            return senders;
        });
        services.AddSingleton<PaymentRouter>();
        services.AddSingleton<IForwardedPayments, ForwardedPayments>();
        return services;
    }
}
