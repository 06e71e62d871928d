using System.Globalization;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Fraud.Http;

/// <summary>Where Kestrel listens, and what it speaks there, in Kestrel's own settings: a list of addresses has no place for protocols.</summary>
internal static class ListeningAddresses
{
    /// <summary>The front door first; metrics last, marked as theirs.</summary>
    public static void Listen(KestrelServerOptions kestrel, HttpOptions http)
    {
        var addresses = kestrel.Configure(Of(http));
        var others = http.Addresses().Count + http.GrpcAddresses().Count;
        for (var index = 0; index < http.MetricsAddresses().Count; index++)
        {
            addresses.Endpoint(Name(others + index), static address => MetricsDoor.Put(address.ListenOptions));
        }
    }

    private static IConfiguration Of(HttpOptions http)
    {
        // Without TLS nothing is agreed on: one port speaks HTTP/1.1 or HTTP/2, and Kestrel warns of one that would offer both.
        var endpoints = http.Addresses()
            .Select(static url => (Url: url, Protocols: BindingAddress.Parse(url).Scheme == "https" ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1))
            .Concat(http.GrpcAddresses().Select(static url => (Url: url, Protocols: HttpProtocols.Http2)))
            .Concat(http.MetricsAddresses().Select(static url => (Url: url, Protocols: HttpProtocols.Http1)));
        return new ConfigurationBuilder()
            .AddInMemoryCollection(endpoints.SelectMany(static (endpoint, index) => Settings(index, endpoint.Url, endpoint.Protocols)))
            .Build();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Settings(int index, string url, HttpProtocols protocols)
    {
        var section = $"Endpoints:{Name(index)}";
        return [new($"{section}:Url", url), new($"{section}:Protocols", protocols.ToString())];
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);
}
