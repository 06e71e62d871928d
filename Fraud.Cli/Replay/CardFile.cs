using System.Globalization;
using System.Text.Unicode;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Model.Training;

namespace Fraud.Cli.Replay;

/// <summary>
/// The card data set: seconds since its first payment, 28 components, amount and class. It names no cards,
/// so its payments carry none; they are numbered by their line.
/// </summary>
internal static class CardFile
{
    private const int Columns = Transaction.PayloadFeatures + 1;

    // The data set counts from an unnamed moment of September 2013.
    private static readonly long StartMs = new DateTimeOffset(2013, 9, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly string Header = string.Join(',', PayloadColumns.Names) + ",Class";

    public static bool IsHeader(string line) => line.Replace("\"", "", StringComparison.Ordinal) == Header;

    /// <exception cref="CommandException">A line is not as expected; the message names it.</exception>
    public static IEnumerable<FeedPayment> Read(string file, long skip)
    {
        using var reader = HandbookReader.Open(file);
        reader.ReadLine();
        var payment = new FeedPayment();
        var line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (skip-- > 0)
            {
                continue;
            }

            if (!TryParse(text, payment))
            {
                throw new CommandException($"{file}: line {line}: expected {Columns} numbers, Class 0 or 1");
            }

            SetId(payment, line - 1);
            yield return payment;
        }
    }

    private static bool TryParse(ReadOnlySpan<char> text, FeedPayment into)
    {
        Span<Range> fields = stackalloc Range[Columns + 1];
        if (text.Split(fields, ',') != Columns)
        {
            return false;
        }

        for (var i = 0; i < Transaction.PayloadFeatures; i++)
        {
            if (!float.TryParse(text[fields[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out into.Payment.Payload[i])
                || !float.IsFinite(into.Payment.Payload[i]))
            {
                return false;
            }
        }

        // Seconds and cents once more as exact numbers: a float holds neither for long.
        if (!decimal.TryParse(text[fields[0]], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || !decimal.TryParse(text[fields[^3]], NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            || text[fields[^2]].Trim('"') is not [var fraud and ('0' or '1')]
            || seconds is < 0 or > 10_000_000_000m
            || amount is < 0 or > 10_000_000_000m)
        {
            return false;
        }

        into.Payment.HasPayload = true;
        into.Payment.AmountMinor = (long)Math.Round(amount * 100);
        into.Payment.EventTimeMs = StartMs + (long)(seconds * 1_000);
        into.IsFraud = fraud == '1';
        return true;
    }

    private static void SetId(FeedPayment payment, int number)
    {
        Span<byte> text = stackalloc byte[ShortText.Capacity];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"creditcard-{number}", out var length);
        payment.Payment.Id.TrySet(text[..length]);
    }
}
