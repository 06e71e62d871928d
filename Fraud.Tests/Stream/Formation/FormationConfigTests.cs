using Akka.Actor;
using Akka.Cluster.SBR;
using Akka.Hosting;
using Fraud.Stream;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fraud.Tests.Stream.Formation;

public sealed class FormationConfigTests
{
    /// <summary>Rules 23 and 26 of docs/decisions/0011 and the measured detector, as Akka reads them.</summary>
    [Fact]
    public async Task AddFormation_Defaults_AreWhatAkkaUses()
    {
        // No one answers there: what it decides needs a store, what it is set to does not.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Kind"] = "Postgres",
            ["Storage:Postgres"] = "Host=127.0.0.1;Port=1;Username=no;Timeout=1",
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSettings<StorageOptions>(builder.Configuration, StorageOptions.Section);
        builder.Services.AddSettings<ClusterOptions>(builder.Configuration, ClusterOptions.Section);
        builder.Services.AddSingleton(new NodeIdentity("node", "http://node"));
        builder.Services.AddFormation();
        builder.Services.AddAkka(FormationConfig.SystemName, static (akka, provider) => akka
            .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend).AddFormation(provider));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        try
        {
            var config = system.Settings.Config;
            var resolver = new SplitBrainResolverSettings(config);
            Assert.Equal(SplitBrainResolverSettings.LeaseMajorityName, resolver.DowningStrategy);
            Assert.Equal(TimeSpan.FromSeconds(3), resolver.DowningStableAfter);
            Assert.Equal(TimeSpan.Zero, resolver.DownAllWhenUnstable);
            Assert.Equal(TimeSpan.FromMilliseconds(500), resolver.LeaseMajoritySettings.AcquireLeaseDelayForMinority);
            Assert.Equal(TimeSpan.FromSeconds(10), resolver.LeaseMajoritySettings.ReleaseAfter);
            Assert.Equal("127.0.0.1", ((ExtendedActorSystem)system).Provider.DefaultAddress.Host);
            Assert.Equal(TimeSpan.FromSeconds(1), Akka.Cluster.Cluster.Get(system).DowningProvider.DownRemovalMargin);
            Assert.Equal(TimeSpan.FromSeconds(20), CoordinatedShutdown.Get(system).Timeout(CoordinatedShutdown.PhaseClusterShardingShutdownRegion));
            Assert.True(Akka.Hosting.ActorRegistry.For(system).TryGet<FormationActor>(out _));
            Assert.Equal(TimeSpan.FromSeconds(1), Akka.Cluster.Cluster.Get(system).Settings.SeedNodeTimeout);
        }
        finally
        {
            ((ExtendedActorSystem)system).Abort();
            await system.WhenTerminated;
        }
    }

    [Theory]
    [InlineData("10.0.0.7", "", "10.0.0.7")]
    [InlineData("10.0.0.7", "node-1.example.com", "node-1.example.com")]
    [InlineData("0.0.0.0", "", null)]
    [InlineData("::", "", null)]
    public void Of_Host_IsWhatOthersConnectTo(string host, string publicHost, string? expected)
    {
        var config = FormationConfig.Of(new ClusterOptions { Host = host, PublicHost = publicHost }, RemotingTls.Off);

        Assert.Equal(host, config.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(expected ?? System.Net.Dns.GetHostName(), config.GetString("akka.remote.dot-netty.tcp.public-hostname"));
    }

    [Fact]
    public void Of_Seeds_WaitsForThemAsLongAsAkkaDoes()
    {
        var config = FormationConfig.Of(new ClusterOptions { Seeds = { "node-1:4053" } }, RemotingTls.Off);

        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("akka.cluster.seed-node-timeout"));
    }
}
