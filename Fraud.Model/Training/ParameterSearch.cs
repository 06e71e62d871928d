namespace Fraud.Model.Training;

/// <summary>
/// Random search over how trees are grown, judged by average precision on weeks that follow the training days after the
/// label delay (prequential validation). Each trial depends on the seed and its number alone, so a search that was
/// interrupted goes on as if it had not been.
/// </summary>
/// <param name="folds">What each trial is trained and tested on.</param>
public sealed class ParameterSearch(IReadOnlyList<TrainingOptions> folds, int seed)
{
    /// <summary>Numbers of trees that are judged; one training gives them all.</summary>
    private const int RoundStep = 20;

    private static readonly int[] Depths = [3, 4, 5, 6, 7];
    private static readonly double[] Rates = [0.03, 0.05, 0.07, 0.1, 0.15];
    private static readonly double[] RowShares = [0.6, 0.7, 0.8, 0.9, 1];
    private static readonly double[] FeatureShares = [0.4, 0.55, 0.7, 0.85, 1];
    private static readonly double[] LeafWeights = [1, 2, 3, 5, 8];
    private static readonly double[] LeafPenalties = [0.5, 1, 2, 5];

    /// <summary>The parameters of a trial. The first trial is the given options as they are, to be beaten.</summary>
    public TrainingOptions Parameters(int trial, TrainingOptions options)
    {
        if (trial == 0)
        {
            return options;
        }

        // A generator of its own for each trial: independent of which trials ran before in this process.
        var random = new Random(unchecked((seed * 1_000_003) + trial));
        return options with
        {
            MaxDepth = Pick(random, Depths),
            LearningRate = Pick(random, Rates),
            RowShare = Pick(random, RowShares),
            FeatureShare = Pick(random, FeatureShares),
            MinLeafWeight = Pick(random, LeafWeights),
            LeafPenalty = Pick(random, LeafPenalties),
        };
    }

    /// <param name="rows">Rows with all catalogue features, of all days of the folds.</param>
    /// <param name="progress">Called with the share of this trial that is done.</param>
    public Trial Run(int number, TrainingOptions options, Dataset rows, Action<double>? progress = null, CancellationToken stopping = default)
    {
        var parameters = Parameters(number, options);
        var steps = Math.Max(1, parameters.MaxRounds / RoundStep);
        var precisions = new double[folds.Count][];
        for (var fold = 0; fold < folds.Count; fold++)
        {
            var days = parameters with
            {
                TrainFrom = folds[fold].TrainFrom,
                TrainDays = folds[fold].TrainDays,
                DelayDays = folds[fold].DelayDays,
                TestDays = folds[fold].TestDays,
                DropKnownCards = folds[fold].DropKnownCards,
            };
            precisions[fold] = Validate(rows, days, steps, done => progress?.Invoke((fold + done) / folds.Count), stopping);
        }

        var best = Enumerable.Range(0, steps).MaxBy(step => precisions.Average(fold => fold[step]));
        return new Trial(
            number,
            parameters.MaxDepth,
            parameters.LearningRate,
            parameters.RowShare,
            parameters.FeatureShare,
            parameters.MinLeafWeight,
            parameters.LeafPenalty,
            (best + 1) * RoundStep,
            [.. precisions.Select(fold => fold[best])]);
    }

    private static double[] Validate(
        Dataset rows, TrainingOptions options, int steps, Action<double> progress, CancellationToken stopping)
    {
        var columns = options.Features.Select(Features.FeatureCatalog.IndexOf).ToArray();
        var (train, test) = (HandbookProtocol.Train(rows, options, columns), HandbookProtocol.Test(rows, options, columns));
        if (train.Frauds == 0 || test.Frauds == 0)
        {
            throw new TrainingException(
                $"the fold from {options.TrainFrom:yyyy-MM-dd} has {train.Frauds} frauds to train and {test.Frauds} to test on; both are needed");
        }

        using var trainMatrix = new BoosterMatrix(train);
        using var testMatrix = new BoosterMatrix(test);
        using var booster = new Booster(trainMatrix, options.Parameters());
        var precisions = new double[steps];
        for (var round = 0; round < steps * RoundStep; round++)
        {
            stopping.ThrowIfCancellationRequested();
            booster.Update(round, trainMatrix);
            progress((round + 1.0) / (steps * RoundStep));
            if ((round + 1) % RoundStep == 0)
            {
                precisions[round / RoundStep] = Ranking.AveragePrecision(booster.Predict(testMatrix), test.IsFraud);
            }
        }

        return precisions;
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}

/// <summary>A finished trial.</summary>
/// <param name="Rounds">The number of trees with the best mean.</param>
/// <param name="AveragePrecisions">Of each fold, with that many trees.</param>
public sealed record Trial(
    int Number,
    int MaxDepth,
    double LearningRate,
    double RowShare,
    double FeatureShare,
    double MinLeafWeight,
    double LeafPenalty,
    int Rounds,
    IReadOnlyList<double> AveragePrecisions)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public double Mean => AveragePrecisions.Average();
}
