using System.Globalization;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Model.Training;

/// <summary>
/// Computes training rows by sending history through the very profile that serves: each payment is
/// observed, and its label follows at once (the profile itself looks at labels only after their delay).
/// </summary>
public sealed class FeatureReplay(ProfileOptions options)
{
    private const int Day = 86_400;

    /// <summary>Rows of the days from the first to the last, both included; earlier days only build up the profile.</summary>
    /// <param name="progress">Called once a day of data with that day.</param>
    public Dataset Run(IEnumerable<HandbookRow> history, DateOnly first, DateOnly last, Action<DateOnly>? progress = null)
    {
        var profile = new LocalProfile(options, shards: 1);
        var rows = new Dataset(FeatureCatalog.Count);
        var payment = new Transaction();
        var features = new float[FeatureCatalog.Count];
        var firstDay = DayOf(first);
        var lastDay = DayOf(last);
        var reported = int.MinValue;
        foreach (var row in history)
        {
            var day = (int)(row.UnixSeconds / Day);
            if (day > lastDay)
            {
                break;
            }

            if (day != reported)
            {
                reported = day;
                progress?.Invoke(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)));
            }

            Fill(payment, row);
            profile.Observe(0, payment, features);
            if (row.IsFraud)
            {
                profile.ApplyLabel(
                    0, new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, true), fraudDelta: 1);
            }

            if (day >= firstDay)
            {
                rows.Add(features, row.IsFraud, new RowInfo(day, row.CustomerId, row.Scenario, payment.Amount) { SecondOfDay = (int)(row.UnixSeconds % Day) });
            }
        }

        return rows;
    }

    public static int DayOf(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The row as the payment that would have been received.</summary>
    public static void Fill(Transaction payment, in HandbookRow row)
    {
        payment.Clear();
        SetNumber(ref payment.Id, row.TransactionId);
        SetNumber(ref payment.CardId, row.CustomerId);
        SetNumber(ref payment.TerminalId, row.TerminalId);
        payment.AmountMinor = row.AmountMinor;
        payment.Currency = Currency.Euro;
        payment.EventTimeMs = row.UnixSeconds * 1_000;
    }

    private static void SetNumber(ref ShortText text, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        text.TrySet(digits[..length]);
    }
}
