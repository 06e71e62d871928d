using System.Net;
using System.Text.Json;
using Fraud.Model.Scoring;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Training;

public sealed class TrainTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TrainTests() => TrainingServer.WriteData(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ToItsEnd_StagesAVersionThatLoadsAndIsNotServed()
    {
        await using var server = await TrainingServer.Start(_folder);

        var id = await server.Train();
        using var second = await server.Post("");
        var job = await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

        Assert.True(job.GetProperty("status").GetString() == "completed", job.ToString());
        Assert.Equal(1, job.GetProperty("progress").GetDouble());
        Assert.Equal("2", job.GetProperty("version").GetString());
        Assert.InRange(job.GetProperty("metrics").GetProperty("roc_auc").GetDouble(), 0.5, 1);
        // The first one was still at it.
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal($"/train/{id}", second.Headers.Location!.ToString());

        using var model = OnnxModel.Load(Path.Combine(server.Staged, "2"));
        Assert.Equal(("payments", "2"), (model.Manifest.Name, model.Manifest.Version));
        Assert.Equal("7", model.Manifest.Training.Parameters["seed"]);
        Assert.Equal("3", model.Manifest.Training.Parameters["max_depth"]);
        Assert.Equal(["job.json"], Directory.EnumerateFileSystemEntries(Path.Combine(_folder.File("training"), id)).Select(Path.GetFileName));
        var info = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/model/info", UriKind.Relative))).RootElement;
        Assert.Equal("1", info.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Train_Cancelled_EndsTheTrainerAndLeavesNothing()
    {
        await using var server = await TrainingServer.Start(_folder, TrainingServer.Endless(_folder));
        var id = await server.Train();
        var job = await server.Until(id, static job => job.GetProperty("stage").GetString() != "starting");
        Assert.Equal(("training", 0.25), (job.GetProperty("stage").GetString(), job.GetProperty("progress").GetDouble()));
        Assert.True(TrainerRuns(id));

        using var cancelled = await server.Client.DeleteAsync(new Uri($"/train/{id}", UriKind.Relative));
        using var again = await server.Client.DeleteAsync(new Uri($"/train/{id}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        Assert.Equal("cancelled", JsonDocument.Parse(await cancelled.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.False(Directory.Exists(server.Staged));
        Assert.False(TrainerRuns(id));
        // The next one may start.
        var next = await server.Train();
        Assert.NotEqual(id, next);
    }

    [Fact]
    public async Task Train_ServiceStops_TheJobSaysThatItWasInterrupted()
    {
        string id;
        await using (var first = await TrainingServer.Start(_folder, TrainingServer.Endless(_folder)))
        {
            id = await first.Train();
            await first.Until(id, static job => job.GetProperty("stage").GetString() != "starting");
        }

        Assert.False(TrainerRuns(id));
        await using var second = await TrainingServer.Start(_folder);
        var job = await second.Job(id);
        Assert.Equal("interrupted", job.GetProperty("status").GetString());
        Assert.NotEmpty(job.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task Train_ServiceDied_TheJobSaysThatItWasInterrupted()
    {
        // As a service that was killed leaves it.
        const string id = "train-0001";
        Directory.CreateDirectory(Path.Combine(_folder.File("training"), id));
        await File.WriteAllTextAsync(Path.Combine(_folder.File("training"), id, "job.json"), $$$"""
            {"job_id":"{{{id}}}","status":"running","stage":"starting","progress":0,"model":"payments","version":"2","request":{},"created_at":"2026-01-01T00:00:00+00:00"}
            """);
        Directory.CreateDirectory(Path.Combine(_folder.File("training"), "not-a-job"));

        await using var server = await TrainingServer.Start(_folder);

        Assert.Equal("interrupted", (await server.Job(id)).GetProperty("status").GetString());
        Assert.Contains("interrupted", await File.ReadAllTextAsync(Path.Combine(_folder.File("training"), id, "job.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_AnotherNodeStartsInTheSameFolder_LeavesTheJobAlone()
    {
        await using var one = await TrainingServer.Start(_folder, TrainingServer.Endless(_folder));
        var id = await one.Train();

        await using var other = await TrainingServer.Start(_folder);

        using var unknown = await other.Client.GetAsync(new Uri($"/train/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("running", (await one.Job(id)).GetProperty("status").GetString());
        Assert.Contains("\"running\"", await File.ReadAllTextAsync(Path.Combine(_folder.File("training"), id, "job.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_LongerThanAllowed_Fails()
    {
        await using var server = await TrainingServer.Start(_folder, TrainingServer.Endless(_folder), ("Training:MaxDuration", "00:00:01"));
        var id = await server.Train();

        var job = await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Contains("Training:MaxDuration", job.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(TrainerRuns(id));
    }

    [Fact]
    public async Task Train_DataIsNoHistory_FailsAndSaysWhy()
    {
        await File.WriteAllTextAsync(_folder.File("broken.csv"), "something,else\n");
        await using var server = await TrainingServer.Start(_folder);

        var id = await server.Train("""{"data":"broken.csv"}""");
        var job = await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Contains("expected the header", job.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_MoreThanAreKept_ForgetsTheOldest()
    {
        await File.WriteAllTextAsync(_folder.File("broken.csv"), "something,else\n");
        await using var server = await TrainingServer.Start(_folder, ("Training:KeepJobs", "2"), ("Training:Program", "/no/such/fraud"));
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await server.Train());
            await server.Until(ids[^1], static job => job.GetProperty("status").GetString() != "running");
        }

        var listed = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/train", UriKind.Relative))).RootElement.GetProperty("jobs");
        Assert.Equal([ids[2], ids[1]], listed.EnumerateArray().Select(static job => job.GetProperty("job_id").GetString()));
        Assert.False(Directory.Exists(Path.Combine(_folder.File("training"), ids[0])));
        using var gone = await server.Client.GetAsync(new Uri($"/train/{ids[0]}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Train_WrongRequests_NameTheField()
    {
        await using var server = await TrainingServer.Start(_folder);
        (string Body, int Status, string Field)[] requests =
        [
            ("[]", 400, "body"),
            ("{", 400, "body"),
            ("""{"seed":1,"seed":2}""", 400, "seed"),
            ("""{"epochs":3}""", 400, "body"),
            ("""{"data":"../history.csv"}""", 400, "data"),
            ("""{"data":"/etc/passwd"}""", 400, "data"),
            ("""{"data":".."}""", 400, "data"),
            ("""{"data":"missing.csv"}""", 422, "data"),
            ("""{"train_from":"25.07.2018"}""", 400, "train_from"),
            ("""{"train_days":0}""", 400, "train_days"),
            ("""{"max_depth":17}""", 400, "max_depth"),
            ("""{"seed":1.5}""", 400, "seed"),
            ("""{"features":"none"}""", 400, "features"),
            ("""{"keep_known_cards":1}""", 400, "keep_known_cards"),
            (new string(' ', 5_000), 413, "body"),
        ];
        foreach (var (body, status, field) in requests)
        {
            using var response = await server.Post(body);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == status, $"{body}: {text}");
            Assert.Equal(field, JsonDocument.Parse(text).RootElement.GetProperty("field").GetString());
        }

        Assert.Empty(JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/train", UriKind.Relative))).RootElement.GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task Train_NoData_Is422()
    {
        await using var server = await TrainingServer.Start(_folder, ("Training:DataFile", _folder.File("none.csv")));

        using var response = await server.Post("");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        // A fresh checkout has none: it is said how to get one.
        Assert.Contains("fraud simulate --file", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static bool TrainerRuns(string id) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(id, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
