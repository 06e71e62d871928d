using System.Globalization;
using System.Text;
using Fraud.Model.Decoding;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Cards;

/// <summary>Files like the card data set, of simulated rows: frauds lie apart in two columns, and seldom in both.</summary>
internal static class CardFileOf
{
    public static string Header { get; } = string.Join(',', PayloadColumns.Names) + ",Class";

    /// <summary>Rows over 100,000 seconds, one in eight a fraud; amounts have a long tail, as real ones do.</summary>
    public static string Simulated(TempFolder folder, int rows, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(Header).Append('\n');
        for (var row = 0; row < rows; row++)
        {
            var fraud = row % 8 == 7;
            text.Append(CultureInfo.InvariantCulture, $"{100_000L * row / rows}");
            for (var column = 1; column <= 28; column++)
            {
                var apart = fraud && (column is 4 || (column is 14 && row % 16 == 7)) ? (column is 4 ? 1.5 : -4) : 0;
                text.Append(CultureInfo.InvariantCulture, $",{Normal(random) + apart:0.######}");
            }

            text.Append(CultureInfo.InvariantCulture, $",{Math.Exp(3 + (1.5 * Normal(random))):0.##},{(fraud ? 1 : 0)}\n");
        }

        return Write(folder, text.ToString());
    }

    public static string Write(TempFolder folder, string text)
    {
        var file = folder.File("cards.csv");
        File.WriteAllText(file, text);
        return file;
    }

    public static string Line(double time, double first, int label) => string.Create(
        CultureInfo.InvariantCulture, $"{time},{first},{string.Join(',', Enumerable.Repeat("0.5", 27))},9.99,{label}\n");

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
