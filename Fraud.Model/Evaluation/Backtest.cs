namespace Fraud.Model.Evaluation;

/// <summary>
/// Counts what would have been different had payments of the past been decided otherwise. Payments are added one by one;
/// it keeps counts a day, not payments.
/// </summary>
public sealed class Backtest(DecisionCosts costs)
{
    private readonly SortedDictionary<int, BacktestDay> _days = [];

    /// <param name="day">Days since 1970.</param>
    /// <param name="before">What was decided.</param>
    /// <param name="after">What would have been.</param>
    public void Add(int day, Decision before, Decision after, bool isFraud, long amountMinor)
    {
        if (!_days.TryGetValue(day, out var counts))
        {
            _days[day] = counts = new BacktestDay(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)));
        }

        counts.Add(before, after, isFraud, amountMinor, costs);
    }

    public BacktestReport Report()
    {
        var total = new BacktestDay(default);
        foreach (var day in _days.Values)
        {
            total.Add(day);
        }

        return new BacktestReport([.. _days.Values], total, costs);
    }
}

/// <param name="Days">Those with payments, in order.</param>
/// <param name="Total">Of all days; its date says nothing.</param>
public sealed record BacktestReport(IReadOnlyList<BacktestDay> Days, BacktestDay Total, DecisionCosts Costs);

/// <summary>One day's payments under what was and what would have been decided.</summary>
public sealed class BacktestDay(DateOnly date)
{
    public DateOnly Date => date;

    public int Payments { get; private set; }

    public int Frauds { get; private set; }

    public double FraudAmount { get; private set; }

    /// <summary>Payments whose decision changes.</summary>
    public int Changed { get; private set; }

    /// <summary>Amount of the payments whose decision changes.</summary>
    public double ChangedAmount { get; private set; }

    public DecisionCounts Before { get; } = new();

    public DecisionCounts After { get; } = new();

    internal void Add(Decision before, Decision after, bool isFraud, long amountMinor, DecisionCosts costs)
    {
        var amount = amountMinor / 100.0;
        Payments++;
        Frauds += isFraud ? 1 : 0;
        FraudAmount += isFraud ? amount : 0;
        Changed += before != after ? 1 : 0;
        ChangedAmount += before != after ? amount : 0;
        Before.Add(before, isFraud, amount, costs.Of(before, isFraud, amountMinor));
        After.Add(after, isFraud, amount, costs.Of(after, isFraud, amountMinor));
    }

    internal void Add(BacktestDay day)
    {
        Payments += day.Payments;
        Frauds += day.Frauds;
        FraudAmount += day.FraudAmount;
        Changed += day.Changed;
        ChangedAmount += day.ChangedAmount;
        Before.Add(day.Before);
        After.Add(day.After);
    }
}

/// <summary>Payments by decision and truth. Flagged are those reviewed or blocked.</summary>
public sealed class DecisionCounts
{
    public int Reviews { get; private set; }

    public int Blocks { get; private set; }

    public int FraudsCaught { get; private set; }

    public int FraudsMissed { get; private set; }

    public int GenuineFlagged { get; private set; }

    public int GenuineBlocked { get; private set; }

    public int GenuinePassed { get; private set; }

    public double AmountCaught { get; private set; }

    public double AmountMissed { get; private set; }

    /// <summary>Of all decisions, by the report's costs.</summary>
    public double Cost { get; private set; }

    /// <summary>Share of flagged payments that are frauds; 0 when none is.</summary>
    public double Precision => FraudsCaught == 0 ? 0 : (double)FraudsCaught / (FraudsCaught + GenuineFlagged);

    /// <summary>Share of frauds that are flagged; 0 when none is.</summary>
    public double Recall => FraudsCaught == 0 ? 0 : (double)FraudsCaught / (FraudsCaught + FraudsMissed);

    internal void Add(Decision decision, bool isFraud, double amount, double cost)
    {
        var isFlagged = decision != Decision.Approve;
        Reviews += decision == Decision.Review ? 1 : 0;
        Blocks += decision == Decision.Block ? 1 : 0;
        FraudsCaught += isFraud && isFlagged ? 1 : 0;
        FraudsMissed += isFraud && !isFlagged ? 1 : 0;
        GenuineFlagged += !isFraud && isFlagged ? 1 : 0;
        GenuineBlocked += !isFraud && decision == Decision.Block ? 1 : 0;
        GenuinePassed += !isFraud && !isFlagged ? 1 : 0;
        AmountCaught += isFraud && isFlagged ? amount : 0;
        AmountMissed += isFraud && !isFlagged ? amount : 0;
        Cost += cost;
    }

    internal void Add(DecisionCounts other)
    {
        Reviews += other.Reviews;
        Blocks += other.Blocks;
        FraudsCaught += other.FraudsCaught;
        FraudsMissed += other.FraudsMissed;
        GenuineFlagged += other.GenuineFlagged;
        GenuineBlocked += other.GenuineBlocked;
        GenuinePassed += other.GenuinePassed;
        AmountCaught += other.AmountCaught;
        AmountMissed += other.AmountMissed;
        Cost += other.Cost;
    }
}
