using System.Globalization;
using System.Text.Json.Nodes;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>Gradient-boosted trees.</summary>
internal sealed class TreeLearner(CardTrainingOptions options) : ICardLearner
{
    public int Rounds => options.Trees.Rounds;

    public IReadOnlyDictionary<string, string> Parameters { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["objective"] = "binary:logistic",
        ["tree_method"] = "exact",
        ["max_depth"] = options.Trees.MaxDepth.ToString(CultureInfo.InvariantCulture),
        ["eta"] = options.Trees.LearningRate.ToString(CultureInfo.InvariantCulture),
        ["subsample"] = "0.8",
        ["colsample_bytree"] = "0.6",
        ["min_child_weight"] = "1",
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        // One thread: sums in one order, so the same input gives the same model to the byte.
        ["nthread"] = "1",
        ["verbosity"] = "0",
    };

    public ICardModel Fit(Dataset rows, IReadOnlyList<float> weights, Action<double> progress, CancellationToken cancellation)
    {
        using var matrix = new BoosterMatrix(rows);
        XgboostNative.Check(XgboostNative.XGDMatrixSetFloatInfo(matrix.Handle, "weight", weights.ToArray(), (ulong)rows.Rows));
        var booster = new Booster(matrix, Parameters);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                booster.Update(round, matrix);
                progress((round + 1.0) / Rounds);
            }

            return new Trees(booster, rows.Columns, Rounds);
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    private sealed class Trees(Booster booster, int columns, int rounds) : ICardModel
    {
        public float[] Logits(Dataset rows)
        {
            using var matrix = new BoosterMatrix(rows);
            return booster.PredictMargins(matrix);
        }

        /// <summary>The shift goes into XGBoost's base score, the logit that every row starts from.</summary>
        public byte[] Export(double logitShift)
        {
            var json = JsonNode.Parse(booster.Save())!;
            var parameters = json["learner"]!["learner_model_param"]!;
            var score = double.Parse((string)parameters["base_score"]!, CultureInfo.InvariantCulture);
            parameters["base_score"] = PriorShift.Apply(score, logitShift).ToString("R", CultureInfo.InvariantCulture);
            return XgboostToOnnx.Convert(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), columns, rounds);
        }

        public IEnumerable<KeyValuePair<string, double>> Measures(Dataset rows) => [];

        public void Dispose() => booster.Dispose();
    }
}
