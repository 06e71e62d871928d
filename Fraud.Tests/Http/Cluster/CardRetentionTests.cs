using System.Text;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Cluster;

public sealed class CardRetentionTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new Dictionary<string, string?>
    {
        ["Kafka:Partitions"] = "1",
        ["Cluster:SnapshotInterval"] = "00:00:00.100",
        ["Cluster:CardSweepInterval"] = "00:00:00.100",
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Serve_CardSilentForLongerThanFeaturesLook_LeavesTheStoreAndIsCounted()
    {
        var store = _server.Services.GetRequiredService<IFraudStore>();
        await Pay("silent", "2026-01-02T03:04:05Z");
        await Poll.Until(() => Stored().Contains("silent"));

        await Pay("lively", "2026-02-20T03:04:05Z");

        await Poll.Until(() => !Stored().Contains("silent") && Stored().Contains("lively"));
        var metrics = await _server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("\nfraud_profile_cards_dropped_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nfraud_profile_cards 1\n", metrics, StringComparison.Ordinal);

        List<string> Stored() => [.. store.ReadCards(0).Select(static card => Encoding.UTF8.GetString(card.CardId.Utf8))];
    }

    private async Task Pay(string card, string time)
    {
        using var answer = await _server.Post("/predict", $$"""{"card_id":"{{card}}","amount":12.5,"event_time":"{{time}}"}""");
        answer.EnsureSuccessStatusCode();
    }
}
