using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Tests.Cli;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Actor systems that talk over real sockets, with certificates of <c>fraud cluster certs</c>.</summary>
public sealed class RemotingTlsTests : IDisposable
{
    // Many times what a connection takes that is accepted.
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(3);

    private readonly TempFolder _folder = new();
    private readonly RecordingLog _log = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly StoppedTime _clock = new();

    [Fact]
    public async Task Connect_CertificatesOfOneAuthority_TalkBothWays()
    {
        await MakeCertificates("ours", "a", "b");
        await using var one = new Peer(Tls("ours", "a"));
        await using var two = new Peer(Tls("ours", "b"));

        Assert.True(await one.Reaches(two, within: Poll.Deadline));
        Assert.True(await two.Reaches(one, within: Poll.Deadline));
    }

    [Fact]
    public async Task Connect_CertificateOfAnotherAuthority_IsRefusedBothWays()
    {
        await MakeCertificates("ours", "a");
        await MakeCertificates("theirs", "a");
        await using var ours = new Peer(Tls("ours", "a"));
        await using var theirs = new Peer(Tls("theirs", "a"));

        Assert.All(await Task.WhenAll(theirs.Reaches(ours, patience), ours.Reaches(theirs, patience)), Assert.False);
    }

    /// <summary>To trust us is not enough to be trusted: the refusal is the server's, not the client's.</summary>
    [Fact]
    public async Task Connect_ForeignCertificateOfAPeerThatTrustsUs_IsRefused()
    {
        await MakeCertificates("ours", "a");
        await MakeCertificates("theirs", "a");
        var both = _folder.File("both.pem");
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(Path.Combine(_folder.File("ours"), "authority.pem"))
            + await File.ReadAllTextAsync(Path.Combine(_folder.File("theirs"), "authority.pem")));
        await using var ours = new Peer(Tls("ours", "a"));
        await using var theirs = new Peer(Tls("theirs", "a", both));

        Assert.False(await theirs.Reaches(ours, patience));
    }

    [Fact]
    public async Task Connect_NoTls_IsRefused()
    {
        await MakeCertificates("ours", "a");
        await using var ours = new Peer(Tls("ours", "a"));
        await using var plain = new Peer(RemotingTls.Off);

        Assert.False(await plain.Reaches(ours, patience));
    }

    /// <summary>An old and a new authority side by side, without a restart.</summary>
    [Fact]
    public async Task Look_SecondAuthority_LetsItsNodesInFromTheNextConnectionOn()
    {
        await MakeCertificates("ours", "a");
        await MakeCertificates("theirs", "a");
        var (authorities, both) = (Path.Combine(_folder.File("ours"), "authority.pem"), _folder.File("both.pem"));
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(authorities) + await File.ReadAllTextAsync(Path.Combine(_folder.File("theirs"), "authority.pem")));
        await using var ours = new Peer(Tls("ours", "a"));
        await using var theirs = new Peer(Tls("theirs", "a", both));
        Assert.False(await theirs.Reaches(ours, patience));

        File.Copy(both, authorities, overwrite: true);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Single(_log.Of(RemotingTls.AuthoritiesReplacedId));
        await Poll.Until(() => theirs.Reaches(ours, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Look_NewCertificate_SaysThatItWaitsForTheNextStart()
    {
        await MakeCertificates("ours", "a", "b");
        using var tls = Tls("ours", "a");
        var used = tls.Setup!.Certificate.Thumbprint;

        // The key comes a moment later.
        File.Copy(_folder.File("ours/b.pem"), _folder.File("ours/a.pem"), overwrite: true);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains("CertificateFile: ", Assert.Single(_log.Of(RemotingTls.NotReplacedId)), StringComparison.Ordinal);
        Assert.Empty(_log.Of(RemotingTls.CertificateWaitsId));
        File.Copy(_folder.File("ours/b.key"), _folder.File("ours/a.key"), overwrite: true);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Contains("CN=b", Assert.Single(_log.Of(RemotingTls.CertificateWaitsId)), StringComparison.Ordinal);
        Assert.Equal(used, tls.Setup!.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Expiry_AsTimePasses_IsThatOfWhatIsInUse()
    {
        Assert.Equal(0, (await CommandLine.Run("cluster", "certs", "a", "--folder", _folder.File("ours"), "--valid", "30d")).Exit);
        using var tls = Tls("ours", "a", time: _clock);
        var before = tls.Expiry().ToDictionary(static one => (string)one.Tags[0].Value!, static one => one.Value);
        Assert.InRange(before["node"], TimeSpan.FromDays(29.9).TotalSeconds, TimeSpan.FromDays(30).TotalSeconds);
        Assert.InRange(before["authority"], TimeSpan.FromDays(3_649).TotalSeconds, TimeSpan.FromDays(3_650).TotalSeconds);

        _clock.Pass(TimeSpan.FromDays(31));

        Assert.Equal(before["node"] - TimeSpan.FromDays(31).TotalSeconds, tls.Expiry().First().Value, 1.0);
        Assert.Empty(RemotingTls.Off.Expiry());
    }

    [Fact]
    public async Task Connect_CertificateEnded_IsRefused()
    {
        await MakeCertificates("ours", "a", "b");
        await using var one = new Peer(Tls("ours", "a", time: _clock));
        await using var two = new Peer(Tls("ours", "b", time: _clock));

        _clock.Pass(TimeSpan.FromDays(398));

        Assert.False(await one.Reaches(two, patience));
    }

    [Fact]
    public async Task Read_WrongFiles_NamesTheFile()
    {
        await MakeCertificates("ours", "a", "b");
        await MakeCertificates("theirs", "a");
        var (ours, theirs) = (_folder.File("ours"), _folder.File("theirs"));

        Assert.StartsWith("AuthorityFile: missing.pem: ", Fault("missing.pem", $"{ours}/a.pem", $"{ours}/a.key"), StringComparison.Ordinal);
        Assert.Contains("expected a certificate in PEM", Fault($"{ours}/a.key", $"{ours}/a.pem", $"{ours}/a.key"), StringComparison.Ordinal);
        Assert.StartsWith("KeyFile: missing.key: ", Fault($"{ours}/authority.pem", $"{ours}/a.pem", "missing.key"), StringComparison.Ordinal);
        Assert.StartsWith($"CertificateFile: {ours}/a.pem: ", Fault($"{ours}/authority.pem", $"{ours}/a.pem", $"{ours}/b.key"), StringComparison.Ordinal);
        Assert.Contains("signed", Fault($"{theirs}/authority.pem", $"{ours}/a.pem", $"{ours}/a.key"), StringComparison.Ordinal);
        // The authority is no node.
        Assert.Contains("signed", Fault($"{ours}/authority.pem", $"{ours}/authority.pem", $"{ours}/authority.key"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Fault(string authority, string certificate, string key) => Assert.Throws<InvalidDataException>(() => NodeCertificates.Read(
        new ClusterOptions { AuthorityFile = authority, CertificateFile = certificate, KeyFile = key }, TimeProvider.System.GetUtcNow())).Message;

    private async Task MakeCertificates(string folder, params string[] nodes) =>
        Assert.Equal(0, (await CommandLine.Run(["cluster", "certs", .. nodes, "--folder", _folder.File(folder)])).Exit);

    private RemotingTls Tls(string folder, string node, string? authority = null, TimeProvider? time = null)
    {
        var options = new ClusterOptions
        {
            AuthorityFile = authority ?? Path.Combine(_folder.File(folder), "authority.pem"),
            CertificateFile = Path.Combine(_folder.File(folder), $"{node}.pem"),
            KeyFile = Path.Combine(_folder.File(folder), $"{node}.key"),
        };
        return new RemotingTls(options, time ?? _time, LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<RemotingTls>());
    }

    private sealed class Peer : IAsyncDisposable
    {
        private readonly ActorSystem _system;

        public Peer(RemotingTls tls)
        {
            // Remoting alone: no cluster, no store.
            var config = ConfigurationFactory.ParseString("akka { actor.provider = remote, loglevel = OFF, stdout-loglevel = OFF, remote.retry-gate-closed-for = 100ms }")
                .WithFallback(FormationConfig.Of(new ClusterOptions(), tls));
            var bootstrap = BootstrapSetup.Create().WithConfig(config);
            _system = ActorSystem.Create(FormationConfig.SystemName, tls.Setup is { } ssl ? bootstrap.And(ssl) : ActorSystemSetup.Create(bootstrap));
            _system.ActorOf(Props.Create(static () => new Echo()), "echo");
        }

        /// <summary>False: the connection was refused, or nothing came back.</summary>
        public async Task<bool> Reaches(Peer other, TimeSpan within)
        {
            var address = ((ExtendedActorSystem)other._system).Provider.DefaultAddress;
            // Each names the other as it is, and itself as it may.
            var named = address.WithProtocol(((ExtendedActorSystem)_system).Provider.DefaultAddress.Protocol);
            try
            {
                return await _system.ActorSelection($"{named}/user/echo").Ask<string>("there?", within) == "there?";
            }
            catch (AskTimeoutException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            ((ExtendedActorSystem)_system).Abort();
            await _system.WhenTerminated;
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(said => Sender.Tell(said));
    }
}
