using System.Net;
using Fraud.Http.Routing;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Routing;

public sealed class PeerListenerTests
{
    [Theory]
    [InlineData("", "http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:0/", "http://127.0.0.1:")]
    [InlineData("http://*:0", "http://HOST:")]
    [InlineData("http://0.0.0.0:0", "http://HOST:")]
    public void Address_OfWhereItListens_CanBeConnectedTo(string listen, string expected)
    {
        using var listener = new PeerListener(new ClusterOptions { ListenUrl = listen }, []);

        Assert.NotEqual(0, listener.EndPoint.Port);
        Assert.Equal($"{expected.Replace("HOST", Dns.GetHostName(), StringComparison.Ordinal)}{listener.EndPoint.Port}", listener.Address);
    }

    [Fact]
    public void Address_Configured_IsPublishedAsItIs()
    {
        using var listener = new PeerListener(new ClusterOptions { Address = "http://10.1.2.3:8001/" }, []);

        Assert.Equal("http://10.1.2.3:8001", listener.Address);
    }

    [Theory]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://example:8001")]
    [InlineData("127.0.0.1:8001")]
    [InlineData("http://*:65536")]
    [InlineData("http://127.0.0.1:8000")]
    public void Start_WrongListenUrl_NamesTheSetting(string listen)
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => new PeerListener(new ClusterOptions { ListenUrl = listen }, ["http://*:8000"]));

        Assert.StartsWith("Cluster:ListenUrl: expected", error.Message, StringComparison.Ordinal);
    }
}
