using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fraud.Model.Features;

namespace Fraud.Tests.Http.Inference.Rest;

/// <summary>Inference as JSON and as bytes, against the scores that the shipped model's manifest promises.</summary>
public sealed class InferTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Infer = "/v2/models/payments/infer";
    private const float Tolerance = 1e-5f;

    private readonly InferenceClient _client = new(server.Client);

    [Theory]
    [InlineData(Infer)]
    [InlineData("/v2/models/payments/versions/1/infer")]
    public async Task Infer_GoldenRows_GiveTheManifestsScores(string path)
    {
        var request = InferenceClient.Request(3, InferenceClient.GoldenRows(3));
        InferenceClient.AssertFits("request", JsonDocument.Parse(request).RootElement);

        var (status, answer) = await _client.Post(path, request);

        Assert.Equal(200, status);
        InferenceClient.AssertFits("response", answer);
        Assert.Equal("request-1", answer.GetProperty("id").GetString());
        Assert.Equal("1", answer.GetProperty("model_version").GetString());
        AssertGolden(InferenceClient.DataOf(answer, "probabilities"));
        Assert.Equal([0, 0, 0], InferenceClient.DataOf(answer, "label"));
    }

    [Fact]
    public async Task Infer_ArrayARow_IsTakenLikeFlatData()
    {
        var rows = string.Join(',', InferenceClient.Manifest.Golden.Take(3).Select(static row => JsonSerializer.Serialize(row.Inputs)));
        var request = $$"""{"inputs":[{"data":[{{rows}}],"shape":[3,{{InferenceClient.Features}}],"datatype":"FP32","name":"features"}]}""";

        var (status, answer) = await _client.Post(Infer, request);

        Assert.Equal(200, status);
        Assert.False(answer.TryGetProperty("id", out _));
        AssertGolden(InferenceClient.DataOf(answer, "probabilities"));
    }

    [Fact]
    public async Task Infer_NamedOutput_IsAnsweredAlone()
    {
        var (status, answer) = await _client.Post(
            Infer, InferenceClient.Request(1, InferenceClient.GoldenRows(1), ""","outputs":[{"name":"label"}]"""));

        Assert.Equal(200, status);
        var output = Assert.Single(answer.GetProperty("outputs").EnumerateArray());
        Assert.Equal("INT64", output.GetProperty("datatype").GetString());
        Assert.Equal([1], output.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt32()));
    }

    [Fact]
    public async Task Infer_BytesInAndOut_AreTheSameAsJson()
    {
        var size = 3 * InferenceClient.Features * sizeof(float);
        var json = $$"""
            {"id":"b","parameters":{"binary_data_output":true},"inputs":[{"name":"features","datatype":"FP32",
            "shape":[3,{{InferenceClient.Features}}],"parameters":{"binary_data_size":{{size}} } }]}
            """;
        InferenceClient.AssertFits("request", JsonDocument.Parse(json).RootElement);

        var answer = await _client.PostBinary(Infer, json, InferenceClient.GoldenRows(3));

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/octet-stream", answer.ContentType);
        InferenceClient.AssertFits("response", answer.Json);
        Assert.Equal(
            [24, 24],
            answer.Json.GetProperty("outputs").EnumerateArray().Select(static output => output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32()));
        AssertGolden(MemoryMarshal.Cast<byte, float>(answer.Tail.AsSpan(0, 24)).ToArray());
        Assert.Equal([0L, 0L, 0L], MemoryMarshal.Cast<byte, long>(answer.Tail.AsSpan(24)).ToArray());
    }

    [Fact]
    public async Task Infer_OneOutputAsBytes_LeavesTheOtherInJson()
    {
        var (_, plain) = await _client.Post(Infer, InferenceClient.Request(2, InferenceClient.GoldenRows(2)));
        var answer = await _client.PostBinary(
            Infer,
            InferenceClient.Request(
                2,
                InferenceClient.GoldenRows(2),
                ""","parameters":{"binary_data_output":true},"outputs":[{"name":"probabilities","parameters":{"binary_data":false}},{"name":"label"}]"""),
            []);

        Assert.Equal(200, answer.Status);
        Assert.Equal(InferenceClient.DataOf(plain, "probabilities"), InferenceClient.DataOf(answer.Json, "probabilities"));
        Assert.Equal(2 * sizeof(long), answer.Tail.Length);
    }

    [Fact]
    public async Task Infer_BytesAlone_AreRows()
    {
        var answer = await _client.PostBinary(Infer, "", InferenceClient.GoldenRows(3), "0");

        Assert.Equal(200, answer.Status);
        AssertGolden(MemoryMarshal.Cast<byte, float>(answer.Tail.AsSpan(0, 24)).ToArray());
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[1]}]}x""", "body")]
    [InlineData("{}", "inputs")]
    [InlineData("""{"inputs":{}}""", "inputs")]
    [InlineData("""{"inputs":[]}""", "inputs")]
    [InlineData("""{"inputs":[7]}""", "inputs")]
    [InlineData("""{"id":7,"inputs":[]}""", "id")]
    [InlineData("""{"id":"\ud800","inputs":[]}""", "body")]
    [InlineData("""{"parameters":[],"inputs":[]}""", "parameters")]
    [InlineData("""{"parameters":{"binary_data_output":1},"inputs":[]}""", "parameters.binary_data_output")]
    [InlineData("""{"inputs":[{"name":"other","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]}]}""", "inputs[0].name")]
    [InlineData("""{"inputs":[{"datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]}]}""", "inputs[0].name")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP64","shape":[1,COLUMNS],"data":[ROW]}]}""", "inputs[0].datatype")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[COLUMNS],"data":[ROW]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,20],"data":[ROW]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[0,COLUMNS],"data":[]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[-1,COLUMNS],"data":[]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[99999999999,COLUMNS],"data":[]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS,1],"data":[ROW]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","data":[ROW]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[1]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[2,COLUMNS],"data":[ROW]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[[ROW],[1]]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[2,COLUMNS],"data":[[ROW],ROW]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":["a"]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[1e39]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[[[1]]]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW],"parameters":{"binary_data_size":BYTES}}]}""", "inputs[0]")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"parameters":{"binary_data_size":BYTES}}]}""", "inputs[0].parameters.binary_data_size")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]},{}]}""", "inputs")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]}],"outputs":[{"name":"none"}]}""", "outputs[0].name")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]}],"outputs":[{"name":"label"},{"name":"label"}]}""", "outputs[1].name")]
    [InlineData("""{"inputs":[{"name":"features","datatype":"FP32","shape":[1,COLUMNS],"data":[ROW]}],"outputs":[{"name":"label","parameters":{"classification":2}}]}""", "outputs[0].parameters")]
    public async Task Infer_WrongRequest_IsRefusedInTheProtocolsWords(string body, string field)
    {
        var row = string.Join(',', Enumerable.Repeat("0.5", FeatureCatalog.Count));
        var (status, answer) = await _client.Post(Infer, body
            .Replace("ROW", row, StringComparison.Ordinal)
            .Replace("COLUMNS", FeatureCatalog.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("BYTES", (4 * FeatureCatalog.Count).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

        Assert.Equal(400, status);
        InferenceClient.AssertFits("error", answer);
        Assert.StartsWith(field, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(": expected ", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", 400)]
    [InlineData("-1", 400)]
    [InlineData("99999", 400)]
    [InlineData("0", 400)]
    public async Task Infer_WrongJsonLength_IsRefused(string length, int expected)
    {
        var answer = await _client.PostBinary(Infer, "{}", [], length);

        Assert.Equal(expected, answer.Status);
        InferenceClient.AssertFits("error", answer.Json);
    }

    [Fact]
    public async Task Infer_NotANumberInBytes_IsRefusedByItsPlace()
    {
        var values = InferenceClient.GoldenRows(1);
        values[5] = float.NaN;

        var answer = await _client.PostBinary(Infer, "", values, "0");

        Assert.Equal(400, answer.Status);
        Assert.StartsWith("inputs[0].data[5]:", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_MoreRowsThanAllowed_IsRefused()
    {
        var (status, answer) = await _client.Post(
            Infer, InferenceClient.Request(1_001, new float[1_001 * InferenceClient.Features]));

        Assert.Equal(400, status);
        Assert.Contains("1 to 1000 rows", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2/models/none/infer", 404)]
    [InlineData("/v2/models/payments/versions/99/infer", 404)]
    [InlineData("/v2/models/..%2f..%2fetc/infer", 404)]
    [InlineData("/v2/nothing", 404)]
    public async Task Infer_UnknownModel_IsNotFoundInTheProtocolsWords(string path, int expected)
    {
        var (status, answer) = await _client.Post(path, InferenceClient.Request(1, InferenceClient.GoldenRows(1)));

        Assert.Equal(expected, status);
        InferenceClient.AssertFits("error", answer);
    }

    [Theory]
    [InlineData("application/octet-stream", null)]
    [InlineData("text/plain", "https://evil.example")]
    [InlineData(null, "null")]
    public async Task Infer_BytesWithoutTheirHeaderOrAPage_IsRefused(string? type, string? origin)
    {
        using var response = await server.Client.SendAsync(Request(type, origin));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        InferenceClient.AssertFits("error", JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    [Fact]
    public async Task Infer_Nulls_AreAsGoodAsLeftOut()
    {
        var request = InferenceClient.Request(1, InferenceClient.GoldenRows(1))
            .Replace("\"id\":\"request-1\"", "\"id\":null,\"parameters\":null,\"outputs\":null", StringComparison.Ordinal)
            .Replace("\"data\":", "\"parameters\":null,\"data\":", StringComparison.Ordinal);

        var (status, answer) = await _client.Post(Infer, request);

        Assert.Equal(200, status);
        Assert.Equal(2, answer.GetProperty("outputs").GetArrayLength());
    }

    // None: what the protocol's own clients send; a form: what curl sends by itself.
    [Theory]
    [InlineData(null)]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Infer_NoContentTypeOrCurls_IsAnswered(string? type)
    {
        using var response = await server.Client.SendAsync(Request(type, origin: null));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static HttpRequestMessage Request(string? type, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Infer, UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("\uFEFF" + InferenceClient.Request(1, InferenceClient.GoldenRows(1)))),
        };
        request.Content.Headers.ContentType = type is null ? null : new(type);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return request;
    }

    [Fact]
    public async Task Infer_ManyAtOnce_EachGetsItsOwnRows()
    {
        var golden = InferenceClient.Manifest.Golden;
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async call =>
        {
            var row = golden[call % golden.Count];
            var (status, answer) = await _client.Post(Infer, InferenceClient.Request(1, [.. row.Inputs]));
            return (status, row.Score, answer);
        }));

        Assert.Contains(answers, static answer => answer.status == 200);
        foreach (var (status, score, answer) in answers)
        {
            // Beyond the bound it is told to come back; nobody gets another's answer.
            Assert.Contains(status, new[] { 200, 503 });
            if (status == 200)
            {
                Assert.InRange(InferenceClient.DataOf(answer, "probabilities")[1], score - Tolerance, score + Tolerance);
            }
        }
    }

    private static void AssertGolden(float[] probabilities)
    {
        Assert.Equal(6, probabilities.Length);
        for (var row = 0; row < 3; row++)
        {
            var score = InferenceClient.Manifest.Golden[row].Score;
            Assert.True(
                Math.Abs(probabilities[(2 * row) + 1] - score) < Tolerance,
                string.Create(CultureInfo.InvariantCulture, $"row {row}: {probabilities[(2 * row) + 1]}, expected {score}"));
            Assert.InRange(probabilities[2 * row] + probabilities[(2 * row) + 1], 1 - Tolerance, 1 + Tolerance);
        }
    }
}
