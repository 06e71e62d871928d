using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Fraud.Cli.Cluster;
using Fraud.Faults.Processes;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Tests.Cli;
using Fraud.Tests.Deploy;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation.Kubernetes;

/// <summary>
/// What <c>kubectl apply -k deploy/kubernetes-discovery</c> makes, played on this machine: nodes of the service as processes, each with an
/// address of loopback for that of its pod, and the files of the service account where a pod has them.
/// </summary>
internal sealed class PodDeployment : IAsyncDisposable
{
    private const string Token = "a-token-of-the-service-account";

    // The files lie where every pod has them, so that the client finds them by itself. Where a process may mount, no other one sees that.
    private const string InItsPod = """
        set -e
        mount -t tmpfs none /run
        mkdir -p /var/run/secrets/kubernetes.io
        cp -r "$0" /var/run/secrets/kubernetes.io/serviceaccount
        exec "$@"
        """;

    private const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static readonly KafkaOptions Names = new();

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<JsonObject> _pods = new();
    private readonly List<OwnedProcess> _processes = [];
    private readonly int _apiPort = PostgresPrograms.FreePort();
    private readonly string _network = string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}");
    private readonly string _database;
    private readonly EmbeddedBroker _broker;

    // What goes before a node's command; none where no process may mount, which is so in most containers.
    private string[] _inItsPod = [];

    private PodDeployment(IReadOnlyList<JsonObject> objects, string database)
    {
        Objects = objects;
        _database = database;
        _broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Topics = { [Names.TransactionsTopic] = 2, [Names.LabelsTopic] = 1, [Names.AlertsTopic] = 1, [Names.DeadLetterTopic] = 1 },
        });
    }

    /// <summary>What was applied.</summary>
    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>Port of Akka.Management, as the pod names it.</summary>
    public int ManagementPort => (int)Container["ports"]!.AsArray().Single(static port => (string?)port!["name"] == "management")!["containerPort"]!;

    public string Logs => string.Join('\n', _processes.Select(static process => process.ReadLog()));

    /// <summary>Nodes that have written this.</summary>
    public int CountLogs(string text) => _processes.Count(process => process.ReadLog().Contains(text, StringComparison.Ordinal));

    private JsonNode Template => Objects.Of("Deployment")["spec"]!["template"]!;

    private JsonNode Container => Template["spec"]!["containers"]![0]!;

    public static async Task<PodDeployment> Apply(string database)
    {
        var deployment = new PodDeployment(await KubernetesObjects.Kustomize("deploy/kubernetes-discovery"), database);
        var certificates = deployment._folder.File("api");
        var (exit, _, errors) = await CommandLine.Run("cluster", "certs", "api", "--folder", certificates, "--host", "127.0.0.1");
        Assert.True(exit == 0, errors);
        var account = Directory.CreateDirectory(deployment._folder.File("account")).FullName;
        File.Copy(Path.Combine(certificates, "authority.pem"), Path.Combine(account, "ca.crt"));
        await File.WriteAllTextAsync(Path.Combine(account, "token"), Token);
        await File.WriteAllTextAsync(Path.Combine(account, "namespace"), (string)deployment.Objects.Of("Deployment")["metadata"]!["namespace"]!);
        await deployment.MountAccount(account);
        return deployment;
    }

    /// <summary>Starts the API, which knows these objects of what was applied.</summary>
    public Task<KubernetesApi> StartApi(IReadOnlyList<JsonObject> objects) => KubernetesApi.Start(
        _apiPort, X509Certificate2.CreateFromPemFile(_folder.File("api/api.pem"), _folder.File("api/api.key")), objects, Token, _pods);

    /// <summary>A pod that runs, with a node in it.</summary>
    public (OwnedProcess Process, string Address) StartPod()
    {
        var number = _pods.Count + 1;
        var address = string.Create(CultureInfo.InvariantCulture, $"{_network}.{number}");
        var name = string.Create(CultureInfo.InvariantCulture, $"fraud-api-{number}");
        _pods.Enqueue(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = Objects.Of("Deployment")["metadata"]!["namespace"]!.DeepClone(),
                ["labels"] = Template["metadata"]!["labels"]!.DeepClone(),
            },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject { ["name"] = Container["name"]!.DeepClone(), ["ports"] = Container["ports"]!.DeepClone() }),
            },
            ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address },
        });
        return (Run(name, address, "serve"), address);
    }

    /// <summary>A command of the service in a pod.</summary>
    public OwnedProcess Run(string name, string address, string command)
    {
        string[] settings =
        [
            // Of the manifests what is about finding each other; the rest would want machines, secrets and certificates.
            .. Objects.Of("ConfigMap")["data"]!.AsObject()
                .Where(static one => one.Key.StartsWith("Kubernetes__", StringComparison.Ordinal) || one.Key is "Cluster__Discovery" or "Cluster__Port")
                .Select(static one => $"{one.Key.Replace("__", ":", StringComparison.Ordinal)}={one.Value}"),
            "Cluster:Host=" + address,
            "Cluster:PublicHost=" + address,
            "Cluster:NodeName=" + name,
            "Http:Urls=http://127.0.0.1:0",
            "Kafka:BootstrapServers=" + _broker.BootstrapServers,
            "Kafka:Partitions=2",
            "Storage:Kind=Postgres",
            "Storage:Postgres=" + _database,
            "Scoring:Model=" + Path.Combine(Repository.Root, "models", "payments"),
        ];
        var environment = new Dictionary<string, string>
        {
            ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1",
            ["KUBERNETES_SERVICE_PORT"] = _apiPort.ToString(CultureInfo.InvariantCulture),
            // No settings of kubectl's, which go before those of a pod.
            ["HOME"] = _folder.Path,
        };
        var process = new OwnedProcess(
            _folder.File($"{name}-{command}.log"), _folder.Path, environment, "env",
            [
                .. _inItsPod, "dotnet", Path.Combine(AppContext.BaseDirectory, "fraud.dll"), command,
                .. settings.SelectMany(static setting => new[] { "--set", setting }),
            ]);
        _processes.Add(process);
        return process;
    }

    public ValueTask DisposeAsync()
    {
        _processes.ForEach(static process => process.Dispose());
        _broker.Dispose();
        if (_inItsPod.Length == 0 && Directory.Exists(AccountFolder))
        {
            Directory.Delete(AccountFolder, recursive: true);
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task MountAccount(string account)
    {
        // Who is not root may mount in a namespace of users of its own.
        var alone = Environment.IsPrivilegedProcess ? "-m" : "-rm";
        if ((await ProgramRun.ToEnd("unshare", [alone, "sh", "-c", "mount -t tmpfs none /run"])).Exit == 0)
        {
            _inItsPod = ["unshare", alone, "sh", "-c", InItsPod, account];
            return;
        }

        Assert.False(Directory.Exists(AccountFolder), $"{AccountFolder} is there already: this is a pod, or another run of this test left it");
        Directory.CreateDirectory(AccountFolder);
        foreach (var file in Directory.GetFiles(account))
        {
            File.Copy(file, Path.Combine(AccountFolder, Path.GetFileName(file)));
        }
    }
}
