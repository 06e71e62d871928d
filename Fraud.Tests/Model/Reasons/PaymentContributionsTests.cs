using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Reasons;
using Fraud.Model.Training;
using Fraud.Tests.Model.Training;
using Xunit.Abstractions;

namespace Fraud.Tests.Model.Reasons;

/// <summary>Contributions of payments, with the features and parameters of training, against XGBoost's own.</summary>
public sealed class PaymentContributionsTests(ITestOutputHelper output)
{
    private const int Trees = 120;

    // The handbook's file is no part of the repository; who has it names it here.
    private static readonly string? HandbookFile = Environment.GetEnvironmentVariable("FRAUD_HANDBOOK");

    public static TheoryData<string, int> Histories
    {
        get
        {
            var histories = new TheoryData<string, int> { { "", 5 }, { "", 8 } };
            if (HandbookFile is { } file)
            {
                histories.Add(file, 5);
                histories.Add(file, 8);
            }

            return histories;
        }
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void Explain_EveryTestRow_EqualsXgboost(string file, int depth)
    {
        var options = (file.Length == 0 ? SimulatedHistory.Options : new TrainingOptions()) with { MaxDepth = depth };
        var history = file.Length == 0 ? SimulatedHistory.Rows(customers: 500, seed: 3) : HandbookReader.Read(file);
        var rows = new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(options.DelayDays) })
            .Run(history, options.TrainFrom, options.TestTo);
        int[] columns = [.. options.Features.Select(FeatureCatalog.IndexOf)];
        var train = HandbookProtocol.Train(rows, options, columns);
        var test = HandbookProtocol.Test(rows, options, columns);
        using var matrix = new BoosterMatrix(train);
        using var booster = new Booster(matrix, options.Parameters());
        for (var round = 0; round < Trees; round++)
        {
            booster.Update(round, matrix);
        }

        using var testMatrix = new BoosterMatrix(test);
        var theirs = booster.Contributions(testMatrix);
        var shap = TreeShap.Read(XgboostToOnnx.Convert(booster.Save(), columns.Length, Trees), columns.Length)!;
        var (ours, worst) = (new double[columns.Length], Math.Abs(theirs[columns.Length] - shap.Bias));
        for (var row = 0; row < test.Rows; row++)
        {
            shap.Explain(test.Row(row), ours);
            for (var column = 0; column < ours.Length; column++)
            {
                worst = Math.Max(worst, Math.Abs(theirs[(row * (ours.Length + 1)) + column] - ours[column]));
            }
        }

        output.WriteLine($"{(file.Length == 0 ? "simulated" : "handbook")}, depth {depth}, {Trees} trees: {test.Rows} rows, largest difference {worst:E2}");
        Assert.True(test.Rows > 1_000);
        Assert.InRange(worst, 0, 1e-4);
    }
}
