using System.Text.Json;
using Fraud.Http.Telemetry;

namespace Fraud.Tests.Http.Telemetry;

public sealed class MaskedLogsTests
{
    [Theory]
    [InlineData("12:00:00.123 info: path /cards/4111111111111111 is not found", "12:00:00.123 info: path /cards/**************** is not found")]
    [InlineData("12:00:00.123 warn: offset 1764526830123 of partition 3 took 0.4462387777762292 s", null)]
    [InlineData("12:00:00.123 info: trace 4bf92f3577b34da6a3ce929d0e0e4736", null)]
    public void Apply_Line_HidesNumbersAlone(string line, string? expected) => Assert.Equal(expected ?? line, MaskedLogs.Apply(line, isJson: false));

    [Fact]
    public void Apply_Json_StaysJson()
    {
        const string line = """{"Timestamp":"2026-11-30T12:00:00.123Z","Message":"id \"4111-1111-1111-1111\"","State":{"Offset":4111111111111111,"Path":"/x/4111111111111111"}}""";

        var masked = MaskedLogs.Apply(line, isJson: true);

        using var json = JsonDocument.Parse(masked);
        Assert.Equal("id \"****-****-****-****\"", json.RootElement.GetProperty("Message").GetString());
        Assert.Equal("/x/****************", json.RootElement.GetProperty("State").GetProperty("Path").GetString());
        Assert.Equal(4_111_111_111_111_111, json.RootElement.GetProperty("State").GetProperty("Offset").GetInt64());
    }

    [Fact]
    public void Apply_NoNumber_IsTheSameInstance()
    {
        const string line = "12:00:00.123 info: Graph started";

        Assert.Same(line, MaskedLogs.Apply(line, isJson: false));
    }
}
