using System.Diagnostics;
using System.Text.Json;
using Fraud.Tests.Http.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Train;

public sealed class SupervisedTests : IDisposable
{
    private static readonly TimeSpan Deadline = Poll.Deadline;

    private readonly TempFolder _folder = new();

    public SupervisedTests() => TrainingServer.WriteData(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_StarterGone_Ends()
    {
        using var trainer = Start("--max-rounds", "10000", "--max-depth", "16");
        // It is under way, so that it is not its start that fails.
        Assert.StartsWith("{", await Line(trainer), StringComparison.Ordinal);

        trainer.StandardInput.Close();

        await trainer.WaitForExitAsync().WaitAsync(Deadline);
        Assert.Equal(130, trainer.ExitCode);
        Assert.False(File.Exists(_folder.File("payments/9/model.onnx")));
    }

    [Fact]
    public async Task Train_Supervised_TellsEachPercentOnceAndRising()
    {
        using var trainer = Start("--max-rounds", "10", "--max-depth", "2");
        var told = new List<(string Stage, double Done)>();
        var output = trainer.StandardOutput.ReadToEndAsync();
        while (await Line(trainer) is { } line)
        {
            var json = JsonDocument.Parse(line).RootElement;
            told.Add((json.GetProperty("stage").GetString()!, json.GetProperty("done").GetDouble()));
        }

        await trainer.WaitForExitAsync().WaitAsync(Deadline);
        Assert.Equal(0, trainer.ExitCode);
        Assert.Equal(["replaying history", "training"], told.Select(static one => one.Stage).Distinct());
        Assert.All(told.GroupBy(static one => one.Stage), static stage =>
        {
            double[] done = [.. stage.Select(static one => one.Done)];
            Assert.Equal(done.Distinct().Order(), done);
            Assert.Equal((0, 1), (done[0], done[^1]));
        });
        Assert.True(JsonDocument.Parse(await output).RootElement.TryGetProperty("roc_auc", out _));
    }

    // Where the environment is taken for a build's, the library would colour what goes into a pipe.
    [Theory]
    [InlineData("GITHUB_ACTIONS", "true")]
    [InlineData("TERM", "xterm-256color")]
    public async Task Train_StandardErrorIsAPipe_SaysHowFarItIsInPlainLines(string variable, string value)
    {
        using var trainer = Process.Start(Program(variable, value, [.. Arguments, "--max-rounds", "10", "--max-depth", "2"]))!;
        var output = trainer.StandardOutput.ReadToEndAsync();
        var errors = await trainer.StandardError.ReadToEndAsync().WaitAsync(Deadline);

        await trainer.WaitForExitAsync().WaitAsync(Deadline);
        Assert.Equal(0, trainer.ExitCode);
        Assert.DoesNotContain('\e', errors + await output);
        var lines = errors.TrimEnd().Split('\n');
        Assert.Equal(("replaying history: 0 %", "training: 100 %"), (lines[0], lines[^1]));
        Assert.InRange(lines.Length, 4, 22);
    }

    private string[] Arguments =>
        [Deployment.FraudProgram, "train", "--json", "--data", _folder.File("history.csv"), "--out", _folder.File("payments/9"), "--train-from", "2018-05-08"];

    private Process Start(params string[] options) => Process.Start(Program("FRAUD_TEST", "", [.. Arguments, "--supervised", .. options]))!;

    private static ProcessStartInfo Program(string variable, string value, string[] arguments) => new("dotnet", arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { [variable] = value },
    };

    private static Task<string?> Line(Process trainer) => trainer.StandardError.ReadLineAsync().WaitAsync(Deadline);
}
