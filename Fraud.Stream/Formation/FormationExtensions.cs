using Akka.Hosting;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Fraud.Stream.Formation;

/// <summary>Makes a node part of a cluster where its store is shared. With a store of its own it opens no port.</summary>
public static class FormationExtensions
{
    private const string Connections = "formation";

    public static IServiceCollection AddFormation(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ClusterOptions>, CertificateFilesCheck>();
        services.AddSingleton<IValidateOptions<ClusterOptions>, PodAccountCheck>();
        services.AddSingleton(static provider => IsShared(provider) ? new FormationStatus() : FormationStatus.Alone());
        services.AddSingleton(static provider => IsShared(provider) && provider.GetRequiredService<ClusterOptions>() is { HasAllCertificates: true } options
            ? new RemotingTls(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RemotingTls>>())
            : RemotingTls.Off);
        services.AddSingleton<FormationGauges>();
        services.AddKeyedSingleton(Connections, static (provider, _) => FormationSource.Create(provider.GetRequiredService<StorageOptions>().Postgres));
        services.AddSingleton(static provider => FormationSetup.Create(
            provider.GetRequiredKeyedService<NpgsqlDataSource>(Connections),
            provider.GetRequiredService<NodeIdentity>().Name,
            provider.GetRequiredService<FormationStatus>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Remoting, cluster, lease and the actor that joins; the host stops when this node is no part of the cluster any more.</summary>
    public static AkkaConfigurationBuilder AddFormation(this AkkaConfigurationBuilder akka, IServiceProvider provider)
    {
        if (!IsShared(provider))
        {
            return akka;
        }

        var options = provider.GetRequiredService<ClusterOptions>();
        var tls = provider.GetRequiredService<RemotingTls>();
        var formation = provider.GetRequiredService<FormationSetup>();
        akka.AddHocon(FormationConfig.Of(options, tls), HoconAddMode.Prepend).AddSetup(formation);
        if (tls.Setup is { } ssl)
        {
            akka.AddSetup(ssl);
        }

        if (options.FindsBy == NodeDiscovery.Kubernetes)
        {
            var kubernetes = provider.GetRequiredService<KubernetesOptions>();
            akka.AddHocon(KubernetesConfig.Of(options, kubernetes), HoconAddMode.Prepend)
                .AddStartup((system, _) => KubernetesBootstrap.Start(system, options, kubernetes));
        }

        return akka.WithActors((system, registry) =>
        {
            registry.Register<FormationActor>(system.ActorOf(
                FormationActor.Props(options, provider.GetRequiredService<NodeIdentity>().Address), FormationActor.Name));
            _ = StopAtTheEnd(formation.Status, provider.GetRequiredService<IHostApplicationLifetime>());
        });
    }

    private static bool IsShared(IServiceProvider provider) => provider.GetRequiredService<StorageOptions>().Kind == StoreKind.Postgres;

    private static async Task StopAtTheEnd(FormationStatus status, IHostApplicationLifetime lifetime)
    {
        await status.Ended;
        lifetime.StopApplication();
    }

    /// <summary>Tells at start that certificates cannot be used.</summary>
    private sealed class CertificateFilesCheck(IOptions<StorageOptions> storage, TimeProvider time) : IValidateOptions<ClusterOptions>
    {
        public ValidateOptionsResult Validate(string? name, ClusterOptions options)
        {
            // Part of them is said by the options, and a mistake in the store's by its own.
            if (!options.HasAllCertificates || storage.Value.Kind != StoreKind.Postgres)
            {
                return ValidateOptionsResult.Success;
            }

            try
            {
                NodeCertificates.Read(options, time.GetUtcNow());
                return ValidateOptionsResult.Success;
            }
            catch (InvalidDataException error)
            {
                return ValidateOptionsResult.Fail($"{ClusterOptions.Section}:{error.Message}");
            }
        }
    }

    /// <summary>Tells at start that the API of Kubernetes cannot be asked.</summary>
    private sealed class PodAccountCheck(IOptions<StorageOptions> storage, IOptions<KubernetesOptions> kubernetes) : IValidateOptions<ClusterOptions>
    {
        public ValidateOptionsResult Validate(string? name, ClusterOptions options) =>
            options.FindsBy == NodeDiscovery.Kubernetes && storage.Value.Kind == StoreKind.Postgres && PodAccount.OfThisPod().Missing(kubernetes.Value).ToArray() is [_, ..] missing
                ? ValidateOptionsResult.Fail(missing.Select(static one =>
                    $"{ClusterOptions.Section}:{nameof(ClusterOptions.Discovery)}: Kubernetes is only for its pods: expected {one}"))
                : ValidateOptionsResult.Success;
    }
}
