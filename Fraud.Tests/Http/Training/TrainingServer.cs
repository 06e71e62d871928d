using System.Globalization;
using System.Net;
using System.Text.Json;
using Fraud.Model.Training;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Training;

/// <summary>A server with data to train on, and what is asked of it.</summary>
public sealed class TrainingServer : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ServerFixture _server;

    private TrainingServer(TempFolder folder, ServerFixture server) => (_folder, _server) = (folder, server);

    public HttpClient Client => _server.Client;

    public IServiceProvider Services => _server.Services;

    public string Staged => _folder.File("staged");

    /// <summary>Data small enough to train on within seconds.</summary>
    public static void WriteData(TempFolder folder, string name = "history.csv")
    {
        using var file = new StreamWriter(folder.File(name)) { NewLine = "\n" };
        file.WriteLine(HandbookReader.Header);
        foreach (var row in SimulatedHistory.Rows(customers: 120, seed: 1, days: 58, fraudShare: 0.02))
        {
            file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.TransactionId},{row.UnixSeconds},{row.CustomerId},{row.TerminalId},{row.AmountMinor / 100m:0.00},{(row.IsFraud ? 1 : 0)},{row.Scenario}"));
        }
    }

    /// <summary>A trainer that says where it is and never ends, for tests that need one to be at it.</summary>
    public static (string Key, string Value) Endless(TempFolder folder)
    {
        var program = folder.File("endless");
        File.WriteAllText(program, """
            #!/bin/sh
            echo '{"stage":"training","done":0.25}' >&2
            while :; do sleep 1; done
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        }

        return ("Training:Program", program);
    }

    /// <summary>A request that fits the data.</summary>
    public const string Small = """{"train_from":"2018-05-08","max_rounds":20,"max_depth":3,"seed":7}""";

    public static async Task<TrainingServer> Start(TempFolder folder, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Training:DataFile"] = folder.File("history.csv"),
            ["Training:WorkFolder"] = folder.File("training"),
            ["Training:StagingFolder"] = folder.File("staged"),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var server = new ServerFixture(all);
        await server.InitializeAsync();
        return new TrainingServer(folder, server);
    }

    public Task<HttpResponseMessage> Post(string body) => _server.Post("/train", body);

    /// <summary>Starts a job that must be accepted; its id.</summary>
    public async Task<string> Train(string body = Small)
    {
        using var response = await Post(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        var job = JsonDocument.Parse(text).RootElement;
        var id = job.GetProperty("job_id").GetString()!;
        Assert.Equal($"/train/{id}", response.Headers.Location!.ToString());
        Assert.Equal("running", job.GetProperty("status").GetString());
        return id;
    }

    public async Task<JsonElement> Job(string id)
    {
        using var response = await Client.GetAsync(new Uri($"/train/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Asks until it answers so.</summary>
    public async Task<JsonElement> Until(string id, Func<JsonElement, bool> wanted)
    {
        var job = default(JsonElement);
        await Poll.Until(async () => wanted(job = await Job(id)));
        return job;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
