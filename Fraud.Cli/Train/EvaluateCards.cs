using System.Globalization;
using Fraud.Model.Cards;
using Fraud.Model.Scoring;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary><c>fraud evaluate</c> of a model that takes the 30 columns of the card data set.</summary>
internal static class EvaluateCards
{
    /// <summary>Scores the rows that the manifest says were not trained on, in the service's own way.</summary>
    public static void Run(OnnxModel model, string directory, FileInfo data, bool json)
    {
        var manifest = model.Manifest;
        var options = new CardTrainingOptions();
        if (manifest.Training.Parameters.TryGetValue("test_from_second", out var text)
            && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var second))
        {
            options = options with { TestFromSecond = second };
        }

        var test = CardSplit.Of(CardReader.Read(data.FullName).Rows, options).Test;
        var scores = ModelWriter.Score(model, test);
        CardPrinter.Print(
            string.Create(CultureInfo.InvariantCulture, $"{manifest.Name} version {manifest.Version}: tested on the rows from second {options.TestFromSecond} on"),
            CardReport.Of(test, scores, manifest.Thresholds),
            [.. SpikingCheck.Of(directory, test, scores)],
            json);
    }
}
