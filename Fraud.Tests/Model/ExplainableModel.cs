using Fraud.Model.Registry;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model;

/// <summary>A model of payments whose trees carry covers, trained in a moment: large amounts of busy cards are frauds.</summary>
internal static class ExplainableModel
{
    public static string[] Inputs { get; } = ["amount", "is_night", "card_count_1h", "terminal_fraud_share_7d"];

    /// <returns>The model's folder, for Scoring:Model; its version is 1.</returns>
    public static string Write(TempFolder folder)
    {
        var version = Directory.CreateDirectory(Path.Combine(folder.File("explainable"), "1")).FullName;
        var manifest = ModelFolder.Manifest([.. Inputs.Select(static name => new ModelInput(name, InputSource.Profile))]);
        ModelFolder.Write(
            version,
            manifest with
            {
                Name = "explainable",
                Baseline = new Dictionary<string, Quantiles> { ["amount"] = new(1, 50, 150), ["card_count_1h"] = new(1, 1, 3) },
            },
            Train());
        return Path.GetDirectoryName(version)!;
    }

    public static byte[] Train()
    {
        var random = new Random(17);
        var data = new Dataset(Inputs.Length);
        for (var i = 0; i < 4_000; i++)
        {
            float[] row = [random.Next(1, 400), random.Next(2), random.Next(1, 6), random.Next(5) == 0 ? 0.5f : 0];
            data.Add(row, (row[0] > 220) || (row[0] > 100 && row[2] > 3) || random.Next(50) == 0, default);
        }

        using var matrix = new BoosterMatrix(data);
        using var booster = new Booster(matrix, new TrainingOptions().Parameters());
        for (var round = 0; round < 30; round++)
        {
            booster.Update(round, matrix);
        }

        return XgboostToOnnx.Convert(booster.Save(), Inputs.Length, trees: 30);
    }
}
