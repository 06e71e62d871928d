using Fraud.Tests.Model.Cards;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Train;

public sealed class TrainCardsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trees", "--rounds", "5")]
    [InlineData("spiking", "--epochs", "1")]
    public async Task TrainCards_ThenEvaluate_BothSucceedAndTrainingTwiceGivesTheSameFiles(string network, string option, string value)
    {
        var data = CardFileOf.Simulated(_folder, rows: 800, seed: 4);
        foreach (var output in (string[])["one/7", "other/7"])
        {
            var (exit, _, error) = await CommandLine.Run(
                "train", "cards", "--data", data, "--out", _folder.File(output), "--network", network, option, value, "--test-from", "60000");
            Assert.True(exit == 0, error);
        }

        // The name in the manifest is the folder's, so the other files differ in one line.
        Assert.Equal(File.ReadAllBytes(_folder.File("one/7/model.onnx")), File.ReadAllBytes(_folder.File("other/7/model.onnx")));
        var manifest = File.ReadAllText(_folder.File("other/7/manifest.json"));
        Assert.Equal(
            File.ReadAllText(_folder.File("one/7/manifest.json")), manifest.Replace("\"other\"", "\"one\"", StringComparison.Ordinal));
        Assert.Contains("\"name\": \"one\"", File.ReadAllText(_folder.File("one/7/manifest.json")), StringComparison.Ordinal);
        Assert.Contains("\"test_from_second\": \"60000\"", File.ReadAllText(_folder.File("one/7/manifest.json")), StringComparison.Ordinal);
        var evaluated = await CommandLine.Run("evaluate", "--model", _folder.File("one/7"), "--data", data);
        Assert.True(evaluated.Exit == 0, evaluated.Error);
    }

    [Theory]
    [InlineData("train cards --data FILE --out OUT --network forest", "forest")]
    [InlineData("train cards --out OUT", "--data")]
    public async Task TrainCards_WrongArguments_SaysWhatWasExpected(string arguments, string message)
    {
        var data = CardFileOf.Simulated(_folder, rows: 40, seed: 4);
        var (exit, _, error) = await CommandLine.Run(
            arguments.Replace("FILE", data, StringComparison.Ordinal).Replace("OUT", _folder.File("x/1"), StringComparison.Ordinal).Split(' '));

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
