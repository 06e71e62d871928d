using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Tests.Examples;
using Fraud.Tests.Http.Inference;
using Fraud.Tests.Support;

namespace Fraud.Tests.Client;

/// <summary>The Python client and the service's OpenAPI document have the same operations, and each works.</summary>
public sealed class PythonClientTests(OperationsServer server) : IClassFixture<OperationsServer>
{
    [Fact]
    public async Task EachOperation_OnAServer_HasAMethodThatWorks()
    {
        await server.Pay("python-case-1");
        await server.Pay("python-case-2");

        var output = await RunProgram.Run(
            Path.Combine(Repository.Root, "Fraud.Tests", "Client"),
            new Dictionary<string, string> { ["PYTHONPATH"] = Path.Combine(Repository.Root, "examples", "python") },
            "python3", "each_operation.py", server.Address.ToString(), OperationsServer.StripeSecret,
            JsonSerializer.Serialize(InferenceClient.GoldenRows(1)));

        var told = JsonDocument.Parse(output).RootElement;
        var operations = server.Operations.Keys.Select(MethodOf).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(operations, Names(told, "methods"));
        Assert.Equal(operations, Names(told, "called"));
    }

    private static string MethodOf(string operationId) =>
        Regex.Replace(operationId, "[A-Z]", static letter => "_" + letter.Value.ToLowerInvariant(), RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string?[] Names(JsonElement told, string which) =>
        [.. told.GetProperty(which).EnumerateArray().Select(static name => name.GetString()).Order(StringComparer.Ordinal)];
}
