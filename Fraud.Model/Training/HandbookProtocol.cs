namespace Fraud.Model.Training;

/// <summary>The Fraud Detection Handbook's way of cutting history into training and test days.</summary>
public static class HandbookProtocol
{
    /// <summary>
    /// Test rows. With <see cref="TrainingOptions.DropKnownCards"/>, cards with a fraud in the training days are
    /// left out, and each test day also those whose fraud became known by then (a delay earlier).
    /// </summary>
    /// <param name="rows">All rows from the first training day to the last test day.</param>
    public static Dataset Test(Dataset rows, TrainingOptions options, IReadOnlyList<int> columns)
    {
        var trainFrom = FeatureReplay.DayOf(options.TrainFrom);
        var trainTo = FeatureReplay.DayOf(options.TrainTo);
        var testFrom = FeatureReplay.DayOf(options.TestFrom);
        var testTo = FeatureReplay.DayOf(options.TestTo);

        // The day on which a card's first fraud happened, from training on.
        var firstFraud = new Dictionary<int, int>();
        for (var i = 0; i < rows.Rows; i++)
        {
            var info = rows.Info[i];
            if (rows.IsFraud(i) && info.Day >= trainFrom)
            {
                firstFraud.TryAdd(info.Card, info.Day);
            }
        }

        return rows.Select(columns, i =>
        {
            var info = rows.Info[i];
            if (info.Day < testFrom || info.Day > testTo)
            {
                return false;
            }

            // On a test day, what happened up to the day before the delay is known.
            var knownUpTo = Math.Max(trainTo, info.Day - options.DelayDays - 1);
            return !options.DropKnownCards
                || !firstFraud.TryGetValue(info.Card, out var day)
                || day > knownUpTo;
        });
    }

    public static Dataset Train(Dataset rows, TrainingOptions options, IReadOnlyList<int> columns)
    {
        var from = FeatureReplay.DayOf(options.TrainFrom);
        var to = FeatureReplay.DayOf(options.TrainTo);
        return rows.Select(columns, i => rows.Info[i].Day >= from && rows.Info[i].Day <= to);
    }
}
