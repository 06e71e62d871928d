using System.Globalization;
using System.Text.Json;

namespace Fraud.Tests.Http;

/// <summary>A whole server that reviews every payment.</summary>
public sealed class FlaggingServer : IAsyncLifetime
{
    public FlaggingServer()
        : this([])
    {
    }

    internal FlaggingServer(Dictionary<string, string?> settings) => Server = new ServerFixture(new Dictionary<string, string?>(settings)
    {
        ["Scoring:ReviewThreshold"] = "0",
        ["Overload:RatePerSecond"] = "0",
    });

    public ServerFixture Server { get; }

    public Task InitializeAsync() => Server.InitializeAsync();

    public Task DisposeAsync() => Server.DisposeAsync();

    public async Task Pay(string id, string time = "2026-01-02T03:04:05Z", decimal amount = 12.5m)
    {
        var paid = string.Create(CultureInfo.InvariantCulture, $"{amount}");
        using var answer = await Server.Post(
            "/predict", $$"""{"transaction_id":"{{id}}","card_id":"tok_card_of_{{id}}","terminal_id":"t","amount":{{paid}},"event_time":"{{time}}"}""");
        answer.EnsureSuccessStatusCode();
    }

    public static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
