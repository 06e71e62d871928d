using Fraud.Http.Settings;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Configuration;

namespace Fraud.Tests.Stream.Cluster;

/// <summary>What is checked at start, as the service checks it.</summary>
public sealed class ClusterOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1", "", "", true)]
    [InlineData("localhost", "", "", true)]
    [InlineData("::1", "", "", true)]
    [InlineData("10.0.0.7", "", "", false)]
    [InlineData("0.0.0.0", "", "node-1", false)]
    [InlineData("10.0.0.7", "node.pem", "", true)]
    [InlineData("0.0.0.0", "node.pem", "node-1", true)]
    [InlineData("0.0.0.0", "node.pem", "", true)]
    [InlineData("node 1", "node.pem", "", false)]
    [InlineData("127.0.0.1", "", "node\"1", false)]
    public void Validate_MoreThanLoopback_NeedsCertificates(string host, string certificates, string publicHost, bool isValid)
    {
        var mistakes = Mistakes(
            ("Host", host), ("PublicHost", publicHost),
            ("AuthorityFile", certificates), ("CertificateFile", certificates), ("KeyFile", certificates));

        Assert.Equal(isValid, mistakes.Count == 0);
    }

    [Fact]
    public void Validate_PartOfTheCertificates_IsRefused()
    {
        Assert.Contains("expected all three or none", Assert.Single(Mistakes(("CertificateFile", "node.pem"), ("KeyFile", "node.key"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node-1:4053", true)]
    [InlineData("10.0.0.7:4053", true)]
    [InlineData("[::1]:4053", true)]
    [InlineData("node-1", false)]
    [InlineData("node-1:", false)]
    [InlineData("node-1:0", false)]
    [InlineData("node-1:65536", false)]
    [InlineData(":4053", false)]
    [InlineData("akka.tcp://fraud@node-1:4053", false)]
    public void Validate_Seed_IsHostAndPort(string seed, bool isValid)
    {
        Assert.Equal(isValid, Mistakes(("Seeds:0", seed)).Count == 0);
    }

    [Theory]
    [InlineData("", "", NodeDiscovery.Store)]
    [InlineData("", "node-1:4053", NodeDiscovery.Seeds)]
    [InlineData("Store", "node-1:4053", NodeDiscovery.Seeds)]
    [InlineData("seeds", "node-1:4053", NodeDiscovery.Seeds)]
    [InlineData("Kubernetes", "", NodeDiscovery.Kubernetes)]
    public void FindsBy_SeedsAlone_ChooseThemselves(string discovery, string seed, NodeDiscovery expected)
    {
        var options = new ClusterOptions { Discovery = discovery.Length > 0 ? Enum.Parse<NodeDiscovery>(discovery, ignoreCase: true) : default };
        if (seed.Length > 0)
        {
            options.Seeds.Add(seed);
        }

        Assert.Equal(expected, options.FindsBy);
    }

    [Theory]
    [InlineData("Store", "", "", "", null)]
    [InlineData("Seeds", "", "", "", "Cluster:Seeds: expected one or more")]
    [InlineData("Seeds", "node-1:4053", "", "", null)]
    [InlineData("Kubernetes", "", "", "", null)]
    [InlineData("Kubernetes", "node-1:4053", "", "", "Cluster:Seeds: expected none")]
    [InlineData("Kubernetes", "", "0.0.0.0", "", "Cluster:PublicHost: expected the pod's IP address")]
    [InlineData("Kubernetes", "", "0.0.0.0", "fraud.example.com", "Cluster:PublicHost: expected the pod's IP address")]
    [InlineData("Kubernetes", "", "0.0.0.0", "10.0.0.7", null)]
    [InlineData("Kubernetes", "", "::", "fd00::7", null)]
    [InlineData("Consul", "", "", "", "Cluster:Discovery: ")]
    public void Validate_Discovery_HasWhatItNeeds(string discovery, string seed, string host, string publicHost, string? mistake)
    {
        var settings = new List<(string, string)> { ("Discovery", discovery), ("PublicHost", publicHost) };
        settings.AddRange(seed.Length > 0 ? [("Seeds:0", seed)] : []);
        settings.AddRange(host.Length > 0 ? [("Host", host), ("AuthorityFile", "a.pem"), ("CertificateFile", "n.pem"), ("KeyFile", "n.key")] : []);

        var mistakes = Mistakes([.. settings]);

        if (mistake is null)
        {
            Assert.Empty(mistakes);
        }
        else
        {
            Assert.StartsWith(mistake, Assert.Single(mistakes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Validate_SeveralMistakes_AreNamedAtOnce()
    {
        var mistakes = Mistakes(("Host", "10.0.0.7"), ("PublicHost", "a b"), ("Seeds:0", "node-1"), ("KeyFile", "node.key"));

        Assert.Equal(["Cluster:AuthorityFile", "Cluster:Host", "Cluster:PublicHost", "Cluster:Seeds"], mistakes.Select(static line => line.Split(':', ',')[..2]).Select(static parts => string.Join(':', parts)).Order());
    }

    private static IReadOnlyList<string> Mistakes(params (string Name, string Value)[] settings) => SettingsCheck.Mistakes(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static pair => KeyValuePair.Create($"{ClusterOptions.Section}:{pair.Name}", (string?)pair.Value)))
            .Build());
}
