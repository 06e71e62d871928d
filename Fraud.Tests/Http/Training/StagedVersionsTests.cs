using Fraud.Http.Training;
using Fraud.Stream.Scoring;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Training;

public sealed class StagedVersionsTests : IDisposable
{
    private readonly ModelVersions _versions = new();
    private readonly TempFolder _made = new();

    public void Dispose()
    {
        _versions.Dispose();
        _made.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public void Take_NewVersion_IsServedOnlyOnceItIsMovedUp(string served)
    {
        var scoring = new ScoringOptions { Model = Path.Combine(_versions.Folder, served) };
        var staged = new StagedVersions(scoring, new TrainingSettings());
        var directory = new ModelDirectory(new ScoringOptions { Model = _versions.Folder });
        Made();

        var target = staged.Take(_made.Path, staged.Next());

        Assert.Equal(Path.Combine(_versions.Folder, "staged", "2"), target);
        Assert.Equal(_versions.PathOf(1), directory.Newest());
        Assert.Equal("3", staged.Next());
        Assert.Equal(Path.GetFileName(_versions.Folder), staged.Model);
        Directory.Move(target, _versions.PathOf(2));
        Assert.Equal(_versions.PathOf(2), directory.Newest());
        Assert.Equal("3", staged.Next());
    }

    [Fact]
    public void Take_NumberThatIsThere_IsRefusedAndTheOldOneStays()
    {
        var staged = new StagedVersions(new ScoringOptions { Model = _versions.Folder }, new TrainingSettings());
        Made("one");
        var target = staged.Take(_made.Path, "2");
        Made("other");

        Assert.ThrowsAny<IOException>(() => staged.Take(_made.Path, "2"));
        Assert.Equal("one", File.ReadAllText(Path.Combine(target, "model.onnx")));
    }

    [Fact]
    public void Take_AfterATryThatBrokeOff_StartsAnew()
    {
        var staged = new StagedVersions(new ScoringOptions { Model = _versions.Folder }, new TrainingSettings());
        var partial = Directory.CreateDirectory(Path.Combine(_versions.Folder, "staged", ".2.new")).FullName;
        File.WriteAllText(Path.Combine(partial, "left-behind"), "");
        Made();

        var target = staged.Take(_made.Path, staged.Next());

        Assert.Equal(["manifest.json", "model.onnx"], Directory.EnumerateFiles(target).Select(Path.GetFileName).Order());
    }

    private void Made(string model = "onnx")
    {
        File.WriteAllText(_made.File("model.onnx"), model);
        File.WriteAllText(_made.File("manifest.json"), "{}");
    }
}
