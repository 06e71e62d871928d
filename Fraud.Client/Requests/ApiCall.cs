using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fraud.Client.Requests;

/// <summary>A request before it is sent: it can be sent as often as it takes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Address">Path and query, relative to the service.</param>
internal sealed record ApiCall(HttpMethod Method, Address Address)
{
    public const string Json = "application/json";

    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = Json;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// Whether it may be sent again when it is not known what became of it: it changes nothing, or counts once. What people
    /// decide is not: in the meantime another may have decided otherwise.
    /// </summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>An answer too, though it is no success.</summary>
    public HttpStatusCode? AlsoAnswers { get; init; }

    public static ApiCall Get(Address address) => new(HttpMethod.Get, address);

    public static ApiCall Post(Address address) => new(HttpMethod.Post, address);

    public static ApiCall Post<T>(Address address, T body, JsonTypeInfo<T> type) => Post(address).With(body, type);

    /// <summary>With a body in JSON.</summary>
    public ApiCall With<T>(T body, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>With a header; without one where the value is null.</summary>
    public ApiCall With(string header, string? value) =>
        value is null ? this : this with { Headers = [.. Headers, new KeyValuePair<string, string>(header, value)] };

    /// <summary>Not sent again once it may have arrived.</summary>
    public ApiCall Once() => this with { IsRepeatable = false };
}
