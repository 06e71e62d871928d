using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

public sealed class TrainingLibraryTests
{
    [Fact]
    public void Require_LibraryMissing_SaysHowToGetIt()
    {
        var error = Assert.Throws<TrainingException>(static () => TrainingLibrary.Require("libno-such-thing.so.0"));

        Assert.Equal(
            "expected XGBoost's library for training, and libno-such-thing.so.0 does not load: apt-get install libxgboost0 libgomp1",
            error.Message);
    }

    [Fact]
    public void Require_LibraryInstalled_Passes()
    {
        TrainingLibrary.Require();

        Assert.True(TrainingLibrary.Loads());
    }
}
