using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Model.Registry;
using Fraud.Tests.Http.ApiDocs;
using Fraud.Tests.Support;
using Json.Schema;

namespace Fraud.Tests.Http.Inference;

/// <summary>Asks the shipped model by the protocol, and holds every body against the protocol's schema.</summary>
internal sealed class InferenceClient(HttpClient http)
{
    private static readonly string Protocol = Definitions();

    public static ModelManifest Manifest { get; } = ModelManifest.Read(Path.Combine(Repository.Root, "models", "payments", "1"));

    public static int Features => Manifest.Inputs.Count;

    public static void AssertFits(string schema, JsonElement body) =>
        Assert.Empty(ApiDocument.Errors(JsonSchema.FromText($$"""{"$ref":"#/$defs/{{schema}}","$defs":{{Protocol}}}"""), body));

    /// <summary>The first rows of the manifest's golden ones.</summary>
    public static float[] GoldenRows(int rows) => [.. Manifest.Golden.Take(rows).SelectMany(static row => row.Inputs)];

    public static string Request(int rows, float[] values, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":"request-1","inputs":[{"name":"features","datatype":"FP32","shape":[{{rows}},{{Features}}],"data":{{JsonSerializer.Serialize(values)}}}]{{more}}}""");

    public async Task<(int Status, JsonElement Body)> Get(string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        return await Read(response);
    }

    public async Task<(int Status, JsonElement Body)> Post(string path, string? body)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await Read(response);
    }

    /// <summary>JSON and tensors as bytes behind it.</summary>
    public async Task<BinaryAnswer> PostBinary(string path, string json, float[] tail, string? jsonLength = null)
    {
        var head = Encoding.UTF8.GetBytes(json);
        using var content = new ByteArrayContent([.. head, .. MemoryMarshal.AsBytes(tail.AsSpan()).ToArray()]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", jsonLength ?? head.Length.ToString(CultureInfo.InvariantCulture));
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var length = response.Headers.TryGetValues("Inference-Header-Content-Length", out var told)
            ? int.Parse(told.Single(), CultureInfo.InvariantCulture)
            : body.Length;
        return new BinaryAnswer(
            (int)response.StatusCode, response.Content.Headers.ContentType!.MediaType!, JsonDocument.Parse(body.AsMemory(0, length)).RootElement, body[length..]);
    }

    public static float[] DataOf(JsonElement answer, string output) =>
    [
        .. answer.GetProperty("outputs").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == output)
            .GetProperty("data").EnumerateArray().Select(static value => value.GetSingle()),
    ];

    private static string Definitions()
    {
        var protocol = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "Fraud.Tests", "Http", "Inference", "protocol.json")))!.AsObject();
        protocol.Remove("comment");
        return protocol.ToJsonString().Replace("\"#/", "\"#/$defs/", StringComparison.Ordinal);
    }

    private static async Task<(int Status, JsonElement Body)> Read(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}

internal sealed record BinaryAnswer(int Status, string ContentType, JsonElement Json, byte[] Tail);
