using Fraud.Http;
using Fraud.Http.Settings;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Doctor;

/// <summary>All checks, one after the other. None changes anything.</summary>
internal static class Checkup
{
    public static async Task<IReadOnlyList<Finding>> Run(IConfigurationRoot configuration, TimeProvider time, CancellationToken stopping)
    {
        List<Finding> findings = [.. LibraryCheck.Run()];
        var mistakes = SettingsCheck.Mistakes(configuration);
        if (mistakes.Count > 0)
        {
            // What wrong settings name cannot be looked at.
            return
            [
                .. findings,
                .. mistakes.Select(static mistake => Finding.Fail("settings", mistake, "correct it; 'fraud config show' prints where each value comes from")),
            ];
        }

        findings.Add(Finding.Ok("settings", "all known and within their bounds"));
        var storage = Options<StorageOptions>(configuration, StorageOptions.Section);
        // Each of these blocks for seconds when what it asks is away; together they wait once.
        var broker = Task.Run(() => BrokerCheck.Run(Options<KafkaOptions>(configuration, KafkaOptions.Section)), stopping);
        var store = Task.Run(() => StoreCheck.Run(storage, time), stopping);
        var model = Task.Run(() => ModelCheck.Run(Options<ScoringOptions>(configuration, ScoringOptions.Section)), stopping);
        var cluster = Options<ClusterOptions>(configuration, ClusterOptions.Section);
        var ports = PortCheck.Run(Options<HttpOptions>(configuration, HttpOptions.Section), stopping);
        var nodes = NodesCheck.Run(cluster, storage, time, stopping);
        var kubernetes = KubernetesCheck.Run(cluster, Options<KubernetesOptions>(configuration, KubernetesOptions.Section), storage, time, stopping);
        findings.AddRange(await broker.WaitAsync(stopping));
        findings.AddRange(await store.WaitAsync(stopping));
        findings.Add(await model.WaitAsync(stopping));
        findings.Add(DiskCheck.Run(storage));
        findings.AddRange(await ports);
        findings.AddRange(await nodes);
        findings.AddRange(await kubernetes);
        return findings;
    }

    private static T Options<T>(IConfiguration configuration, string section)
        where T : class, new() =>
        configuration.GetSection(section).Get<T>() ?? new T();
}
