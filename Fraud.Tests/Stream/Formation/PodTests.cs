using System.Text.Json;
using Fraud.Stream.Formation;

namespace Fraud.Tests.Stream.Formation;

public sealed class PodTests
{
    [Fact]
    public void Read_PodList_HasThoseThatCanBeAsked()
    {
        var pods = Read(
            $$$"""
            {"items":[
              {{{Pod("ready", "Running", "10.0.0.1")}}},
              {{{Pod("ipv6", "Running", "fd00::1")}}},
              {{{Pod("starting", "Pending", "10.0.0.2")}}},
              {{{Pod("done", "Succeeded", "10.0.0.3")}}},
              {"metadata":{"name":"leaving","deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"containers":[]},"status":{"phase":"Running","podIP":"10.0.0.4"}},
              {"metadata":{"name":"no address"},"spec":{"containers":[]},"status":{"phase":"Running"}},
              {"metadata":{"name":"no port"},"spec":{"containers":[{"name":"side"},{"name":"c","ports":[{"containerPort":1},{"name":"management-2","containerPort":2}]}]},"status":{"phase":"Running","podIP":"10.0.0.5"}}
            ]}
            """);

        Assert.Equal([("ready", "10.0.0.1", 8558), ("ipv6", "fd00::1", 8558), ("no port", "10.0.0.5", null)], pods.Select(static pod => (pod.Name, pod.Address.ToString(), pod.Port)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"items":[{}]}""")]
    public void Read_SomethingElse_IsAMistake(string json) => Assert.Throws<JsonException>(() => Read(json));

    private static string Pod(string name, string phase, string address) =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","ports":[{"name":"http","containerPort":8000},{"name":"management","containerPort":8558}]}]},"status":{"phase":"{{{phase}}}","podIP":"{{{address}}}"}}""";

    private static IReadOnlyList<Pod> Read(string json)
    {
        using var list = JsonDocument.Parse(json);
        return Fraud.Stream.Formation.Pod.Read(list.RootElement, "management");
    }
}
