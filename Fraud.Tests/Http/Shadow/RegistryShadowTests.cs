using System.Net;
using System.Text;
using System.Text.Json;
using Fraud.Stream.Registry;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Shadow;

/// <summary>A shadow that comes and goes by the registry while payments are answered.</summary>
public sealed class RegistryShadowTests : IAsyncLifetime
{
    private const string Alias = "/api/2.0/mlflow/registered-models/alias";

    private readonly TempFolder _folder = new();
    private readonly ServerFixture _server;

    public RegistryShadowTests() => _server = new ServerFixture(new Dictionary<string, string?>
    {
        ["Scoring:Model"] = LeafModel.Write(_folder, "1", -4),
        ["Overload:RatePerSecond"] = "0",
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Alias_SetAndRemovedUnderLoad_ComparesMeanwhileAndNoRequestFails()
    {
        using var elsewhere = new TempFolder();
        _server.Services.GetRequiredService<ModelRegistry>().Register(LeafModel.Write(elsewhere, "2", 4), new VersionOrigin("test"));
        using var stop = new CancellationTokenSource();
        var (sent, failed) = (0, 0);
        var traffic = Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref sent);
                using var answer = await _server.Post("/predict", $$"""{"transaction_id":"p-{{number}}","card_id":"card-{{client}}","amount":12.5}""");
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })).ToArray();

        await Change(HttpMethod.Post, """{"name":"leaf","alias":"shadow","version":"2"}""");
        // With the poll interval as it is shipped.
        var named = TimeProvider.System.GetTimestamp();
        await Poll.Until(async () => await IsServed("shadow"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(named), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await Poll.Until(async () => await Compared() > 50);

        await Change(HttpMethod.Delete, """{"name":"leaf","alias":"shadow"}""");
        await Poll.Until(async () => !await IsServed("shadow"));
        var left = Volatile.Read(ref sent);
        await Poll.Until(() => Volatile.Read(ref sent) > left + 200);
        await stop.CancelAsync();
        await Task.WhenAll(traffic);
        // What waited in the ring is stored within two flushes; then nothing comes any more.
        long compared;
        do
        {
            compared = await Compared();
            var asked = TimeProvider.System.GetTimestamp();
            await Poll.Until(() => TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromMilliseconds(1_100));
        }
        while (await Compared() != compared);

        Assert.Equal(0, failed);
        Assert.InRange(compared, 51, sent - 150);
    }

    private async Task<bool> IsServed(string role) => (await Get("/model/info")).GetProperty("served").EnumerateArray()
        .Any(model => model.GetProperty("role").GetString() == role && model.GetProperty("version").GetString() == "2");

    private async Task<long> Compared() => (await Get("/api/v1/models/comparison")).GetProperty("comparisons").EnumerateArray()
        .Sum(static one => one.GetProperty("payments").GetInt64());

    private async Task Change(HttpMethod method, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Alias, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await _server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> Get(string address) =>
        JsonDocument.Parse(await _server.Client.GetStringAsync(new Uri(address, UriKind.Relative))).RootElement;
}
