using Fraud.Model.Training;

namespace Fraud.Model.Spiking;

/// <summary>
/// Standardises inputs by the median and the quartiles of legitimate training rows, which single large amounts do
/// not move, and puts them on a grid of 1/128 between -8 and 8.
/// </summary>
/// <remarks>The graph does the same operations in the same order: Sub, Mul, Clip, Mul, Round.</remarks>
internal sealed class InputScale(float[] centers, float[] scales)
{
    public const float Limit = 8;

    /// <summary>Steps of the grid between 0 and 1.</summary>
    public const float Grid = 128;

    // Quartiles of a normal distribution lie this many standard deviations apart.
    private const float QuartilesApart = 1.349f;

    public float[] Centers => centers;

    /// <summary>Zero for a column that says nothing: it then drives nothing.</summary>
    public float[] Scales => scales;

    public static InputScale Of(Dataset rows)
    {
        var (centers, scales) = (new float[rows.Columns], new float[rows.Columns]);
        var values = new List<float>();
        for (var column = 0; column < rows.Columns; column++)
        {
            values.Clear();
            for (var row = 0; row < rows.Rows; row++)
            {
                if (!rows.IsFraud(row))
                {
                    values.Add(rows.Row(row)[column]);
                }
            }

            values.Sort();
            var apart = values.Count == 0 ? 0 : values[values.Count * 3 / 4] - values[values.Count / 4];
            centers[column] = values.Count == 0 ? 0 : values[values.Count / 2];
            scales[column] = apart > 0 ? QuartilesApart / apart : 0;
        }

        return new InputScale(centers, scales);
    }

    /// <summary>Multiples of 1/128 from -8 to 8.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<float> into)
    {
        for (var column = 0; column < row.Length; column++)
        {
            var standard = (row[column] - centers[column]) * scales[column];
            into[column] = MathF.Round(Math.Clamp(standard, -Limit, Limit) * Grid) / Grid;
        }
    }
}
