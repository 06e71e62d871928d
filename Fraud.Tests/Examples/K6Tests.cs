using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Load;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Examples;

/// <summary>The k6 scripts in Node.js, on a stand-in for the little of k6 that they use: k6 itself cannot be had here.</summary>
public sealed class K6Tests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Names => [.. LoadScenario.All.Select(static scenario => scenario.Name)];

    [Fact]
    public void Scripts_AreThoseOfFraudLoad() => Assert.Equal(
        LoadScenario.All.Select(static scenario => scenario.Name).Append("lib").Order(),
        Directory.GetFiles(Path.Combine(Repository.Root, "examples", "load"), "*.js").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Script_OneOfEach_IsAcceptedAndPlansWhatFraudLoadSends(string name)
    {
        using var folder = new TempFolder();
        var modules = Directory.CreateDirectory(folder.File("node_modules/k6"));
        Copy(Path.Combine(AppContext.BaseDirectory, "Examples", "k6", "k6"), modules.FullName, "*");
        Copy(Path.Combine(AppContext.BaseDirectory, "Examples", "k6"), folder.Path, "*.mjs");
        Copy(Path.Combine(Repository.Root, "examples", "load"), folder.Path, "*.js");
        await File.WriteAllTextAsync(folder.File("package.json"), """{ "type": "module" }""");

        var output = await RunProgram.Run(
            folder.Path,
            new Dictionary<string, string> { ["SERVICE"] = server.Client.BaseAddress!.ToString().TrimEnd('/') },
            "node", "run.mjs", $"{name}.js");

        var result = JsonDocument.Parse(output).RootElement;
        var scenarios = result.GetProperty("options").GetProperty("scenarios").EnumerateObject().Select(static scenario => scenario.Value).ToArray();
        Assert.Equal(scenarios.Length, result.GetProperty("failed").GetArrayLength());
        Assert.All(result.GetProperty("failed").EnumerateArray(), static failed => Assert.False(failed.GetBoolean()));
        Assert.All(result.GetProperty("shed").EnumerateArray(), static shed => Assert.False(shed.GetBoolean()));
        Assert.Equal("p(99)<500", result.GetProperty("options").GetProperty("thresholds").GetProperty("http_req_duration{expected_response:true}")[0].GetString());

        var planned = LoadScenario.All.Single(scenario => scenario.Name == name).Phases.Sum(static phase => phase.Requests);
        // Of the burst, the trickle goes on here while bursts are sent.
        Assert.InRange(scenarios.Sum(Requests), planned * 0.99, planned * 1.01);
    }

    private static double Requests(JsonElement scenario) => scenario.GetProperty("executor").GetString() switch
    {
        "per-vu-iterations" => scenario.GetProperty("vus").GetInt32() * scenario.GetProperty("iterations").GetInt32(),
        "constant-arrival-rate" => scenario.GetProperty("rate").GetDouble() * Seconds(scenario.GetProperty("duration")),
        "ramping-arrival-rate" => Ramp(scenario),
        var other => throw new InvalidDataException($"executor: {other}"),
    };

    private static double Ramp(JsonElement scenario)
    {
        var (sum, rate) = (0.0, scenario.GetProperty("startRate").GetDouble());
        foreach (var stage in scenario.GetProperty("stages").EnumerateArray())
        {
            var target = stage.GetProperty("target").GetDouble();
            sum += (rate + target) / 2 * Seconds(stage.GetProperty("duration"));
            rate = target;
        }

        return sum;
    }

    private static double Seconds(JsonElement duration) => double.Parse(duration.GetString()!.TrimEnd('s'), CultureInfo.InvariantCulture);

    private static void Copy(string from, string to, string pattern)
    {
        foreach (var file in Directory.GetFiles(from, pattern))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
