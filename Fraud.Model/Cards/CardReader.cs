using System.Globalization;
using System.Runtime.InteropServices;
using Fraud.Model.Decoding;
using Fraud.Model.Training;

namespace Fraud.Model.Cards;

/// <summary>
/// Reads the card data set (CSV, also gzip-compressed) as training rows: <c>Time,V1,...,V28,Amount,Class</c>.
/// </summary>
public static class CardReader
{
    private const int Day = 86_400;

    private static readonly string Header = string.Join(',', PayloadColumns.Names) + ",Class";

    /// <summary>
    /// All rows but repetitions: of payments that are equal in all but <c>Time</c> the first stays. A repetition
    /// would otherwise be in training and test at once, and a model that remembers would seem to understand.
    /// </summary>
    /// <exception cref="InvalidDataException">A line is not as expected; the message names it.</exception>
    public static CardRows Read(string file)
    {
        using var reader = HandbookReader.Open(file);
        if (reader.ReadLine()?.Replace("\"", "", StringComparison.Ordinal) != Header)
        {
            throw new InvalidDataException($"{file}: line 1: expected the header {Header}");
        }

        var rows = new Dataset(PayloadColumns.Names.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int repeatedFrauds = 0, repeatedLegitimate = 0, line = 1;
        var row = new float[rows.Columns];
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (!TryParse(text, row, out var fraud))
            {
                throw new InvalidDataException($"{file}: line {line}: expected {row.Length} finite numbers, then Class 0 or 1");
            }

            // The bits of all columns after Time, as the key of a set.
            if (seen.Add(new string(MemoryMarshal.Cast<float, char>(row.AsSpan(1)))))
            {
                rows.Add(row, fraud, new RowInfo((int)(row[0] / Day), Card: 0, Scenario: 0));
            }
            else if (fraud)
            {
                repeatedFrauds++;
            }
            else
            {
                repeatedLegitimate++;
            }
        }

        return new CardRows(rows, repeatedFrauds, repeatedLegitimate);
    }

    private static bool TryParse(ReadOnlySpan<char> text, float[] row, out bool fraud)
    {
        fraud = false;
        Span<Range> fields = stackalloc Range[PayloadColumns.Names.Count + 2];
        if (text.Split(fields, ',') != row.Length + 1)
        {
            return false;
        }

        for (var column = 0; column < row.Length; column++)
        {
            if (!float.TryParse(text[fields[column]], NumberStyles.Float, CultureInfo.InvariantCulture, out row[column])
                || !float.IsFinite(row[column]))
            {
                return false;
            }
        }

        var label = text[fields[row.Length]].Trim('"');
        fraud = label is "1";
        return row[0] >= 0 && (fraud || label is "0");
    }
}

/// <param name="Rows">In the file's order, columns as <see cref="PayloadColumns"/> has them.</param>
/// <param name="RepeatedFrauds">Frauds left out because an earlier row was equal in all but time.</param>
/// <param name="RepeatedLegitimate">Legitimate rows left out for the same reason.</param>
public sealed record CardRows(Dataset Rows, int RepeatedFrauds, int RepeatedLegitimate);
