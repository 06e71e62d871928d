using System.Globalization;
using System.Text.Unicode;
using Fraud.Cli.Arguments;
using Fraud.Cli.Feed;
using Fraud.Model;
using Fraud.Model.Training;

namespace Fraud.Cli.Replay;

/// <summary>Recorded payments of either data set, told apart by the header.</summary>
public static class PaymentFile
{
    /// <summary>Reads the payments in the file's order, into one instance that is refilled.</summary>
    /// <exception cref="CommandException">The header or a line is not as expected; the message names the line.</exception>
    public static IEnumerable<FeedPayment> Read(string file, long skip = 0)
    {
        var header = Header(file);
        if (header == HandbookReader.Header)
        {
            return Checked(Handbook(file, skip));
        }

        return CardFile.IsHeader(header)
            ? CardFile.Read(file, skip)
            : throw new CommandException(
                $"{file}: line 1: expected the header {HandbookReader.Header} or Time,V1,...,V28,Amount,Class");
    }

    private static string Header(string file)
    {
        try
        {
            using var reader = HandbookReader.Open(file);
            return reader.ReadLine() ?? "";
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: expected a readable text or gzip file ({failure.Message})", failure);
        }
    }

    private static IEnumerable<FeedPayment> Handbook(string file, long skip)
    {
        var payment = new FeedPayment();
        foreach (var row in HandbookReader.Read(file))
        {
            if (skip-- > 0)
            {
                continue;
            }

            Fill(payment, row);
            yield return payment;
        }
    }

    private static void Fill(FeedPayment into, in HandbookRow row)
    {
        Set(ref into.Payment.Id, row.TransactionId);
        Set(ref into.Payment.CardId, row.CustomerId);
        Set(ref into.Payment.TerminalId, row.TerminalId);
        into.Payment.AmountMinor = row.AmountMinor;
        into.Payment.EventTimeMs = row.UnixSeconds * 1_000;
        into.IsFraud = row.IsFraud;
    }

    private static void Set(ref ShortText text, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8.TryWrite(digits, CultureInfo.InvariantCulture, $"{number}", out var length);
        text.TrySet(digits[..length]);
    }

    // A damaged file is its user's to mend: one line, no stack.
    private static IEnumerable<FeedPayment> Checked(IEnumerable<FeedPayment> payments)
    {
        using var each = payments.GetEnumerator();
        while (Next(each))
        {
            yield return each.Current;
        }

        static bool Next(IEnumerator<FeedPayment> each)
        {
            try
            {
                return each.MoveNext();
            }
            catch (InvalidDataException failure)
            {
                throw new CommandException(failure.Message, failure);
            }
        }
    }
}
