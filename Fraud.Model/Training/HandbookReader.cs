using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Fraud.Model.Training;

/// <summary>
/// Reads the handbook's transactions (CSV, also gzip-compressed), in time order:
/// <c>transaction_id,unix_seconds,customer_id,terminal_id,amount,fraud,scenario</c>.
/// </summary>
public static class HandbookReader
{
    // The year 5138: the largest time that a payment's event_time takes as seconds.
    private const long MaxUnixSeconds = 100_000_000_000;

    // Ten billion: what Limits:MaxAmountMinor is by default, in units.
    private const decimal MaxAmount = 10_000_000_000;

    public const string Header = "transaction_id,unix_seconds,customer_id,terminal_id,amount,fraud,scenario";

    /// <summary>Opens plain or compressed text.</summary>
    public static StreamReader Open(string file)
    {
        System.IO.Stream stream = File.OpenRead(file);
        if (file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            stream = new GZipStream(stream, CompressionMode.Decompress);
        }

        return new StreamReader(stream, Encoding.UTF8);
    }

    /// <exception cref="InvalidDataException">A line is not as expected; the message names it.</exception>
    public static IEnumerable<HandbookRow> Read(string file)
    {
        using var reader = Open(file);
        if (reader.ReadLine() != Header)
        {
            throw new InvalidDataException($"{file}: line 1: expected the header {Header}");
        }

        var line = 1;
        long last = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            // As spreadsheets leave at the end.
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (!TryParse(text, out var row))
            {
                throw new InvalidDataException($"{file}: line {line}: expected {Header}");
            }

            // A replay stops at the first day after its last: a row out of order would be left out unseen.
            if (row.UnixSeconds < last)
            {
                throw new InvalidDataException($"{file}: line {line}: unix_seconds: expected no earlier time than the line before");
            }

            last = row.UnixSeconds;
            yield return row;
        }
    }

    private static bool TryParse(ReadOnlySpan<char> text, out HandbookRow row)
    {
        row = default;
        Span<Range> fields = stackalloc Range[8];
        if (text.Split(fields, ',') != 7
            || !long.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > MaxUnixSeconds
            || !int.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var customer)
            || !int.TryParse(text[fields[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var terminal)
            || !decimal.TryParse(text[fields[4]], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount > MaxAmount
            || amount * 100 != decimal.Truncate(amount * 100)
            || !byte.TryParse(text[fields[5]], NumberStyles.None, CultureInfo.InvariantCulture, out var fraud)
            || fraud > 1
            || !byte.TryParse(text[fields[6]], NumberStyles.None, CultureInfo.InvariantCulture, out var scenario))
        {
            return false;
        }

        row = new HandbookRow(id, seconds, customer, terminal, decimal.ToInt64(amount * 100), fraud == 1, scenario);
        return true;
    }
}

/// <param name="AmountMinor">Hundredths.</param>
public readonly record struct HandbookRow(
    long TransactionId, long UnixSeconds, int CustomerId, int TerminalId, long AmountMinor, bool IsFraud, int Scenario);
