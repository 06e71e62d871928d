using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>Cuts the card data set into training and test, and the training rows into folds.</summary>
public sealed class CardSplit
{
    private CardSplit(Dataset train, Dataset test, int[] foldOf)
    {
        Train = train;
        Test = test;
        FoldOf = foldOf;
    }

    /// <summary>With <c>Time</c> made zero: in this file it tells how a row was chosen, not what it is.</summary>
    public Dataset Train { get; }

    /// <summary>As read; a model must not look at <c>Time</c>.</summary>
    public Dataset Test { get; }

    /// <summary>Fold of each training row.</summary>
    public IReadOnlyList<int> FoldOf { get; }

    /// <summary>True for training rows of the complete first hour.</summary>
    public required IReadOnlyList<bool> InFirstHour { get; init; }

    /// <exception cref="TrainingException">A side of the split lacks frauds or legitimate rows.</exception>
    public static CardSplit Of(Dataset rows, CardTrainingOptions options)
    {
        int[] columns = [.. Enumerable.Range(0, rows.Columns)];
        var test = rows.Select(columns, row => rows.Row(row)[0] >= options.TestFromSecond);
        var train = new Dataset(rows.Columns);
        var firstHour = new List<bool>();
        var values = new float[rows.Columns];
        for (var row = 0; row < rows.Rows; row++)
        {
            rows.Row(row).CopyTo(values);
            if (values[0] < options.TestFromSecond)
            {
                firstHour.Add(values[0] < CardTrainingOptions.FirstHourEnds);
                values[0] = 0;
                train.Add(values, rows.IsFraud(row), rows.Info[row]);
            }
        }

        foreach (var (name, side) in (ReadOnlySpan<(string, Dataset)>)[("before", train), ("from", test)])
        {
            if (side.Frauds < options.Folds || side.Rows - side.Frauds < options.Folds)
            {
                throw new TrainingException(
                    $"the rows {name} second {options.TestFromSecond} hold {side.Frauds} frauds in {side.Rows} rows; at least {options.Folds} of both kinds are needed");
            }
        }

        return new CardSplit(train, test, Folds(train, options)) { InFirstHour = firstHour };
    }

    /// <summary>What each training row counts.</summary>
    public float[] Weights(CardTrainingOptions options) =>
        [.. Enumerable.Range(0, Train.Rows).Select(row => InFirstHour[row] && !Train.IsFraud(row) ? options.FirstHourWeight : 1)];

    // Each class is dealt out in turn after shuffling, so that folds have the same share of frauds.
    private static int[] Folds(Dataset rows, CardTrainingOptions options)
    {
        var order = Enumerable.Range(0, rows.Rows).ToArray();
        new Random(options.Seed).Shuffle(order);
        var folds = new int[rows.Rows];
        int frauds = 0, legitimate = 0;
        foreach (var row in order)
        {
            folds[row] = (rows.IsFraud(row) ? frauds++ : legitimate++) % options.Folds;
        }

        return folds;
    }
}
