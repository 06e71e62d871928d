using System.Reflection;
using Fraud.Stream.Cluster;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;

namespace Fraud.Http.Telemetry;

/// <summary>What spans and pushed metrics say of the service they come from.</summary>
internal static class ServiceResource
{
    public static void Describe(ResourceBuilder resource, IServiceProvider services) => resource
        .AddService(
            services.GetRequiredService<TracingOptions>().ServiceName,
            serviceVersion: typeof(ServiceResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: services.GetRequiredService<NodeIdentity>().Name);
}
