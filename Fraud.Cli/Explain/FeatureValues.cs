using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Model.Registry;

namespace Fraud.Cli.Explain;

/// <summary>A model's inputs as they are written on a command line.</summary>
internal static class FeatureValues
{
    /// <returns>The model's columns; NaN for those not named.</returns>
    /// <exception cref="UsageException">A name that is no input of the model, or no number.</exception>
    public static float[] Parse(string text, ModelManifest manifest)
    {
        var row = new float[manifest.Inputs.Count];
        if (text.TrimStart().StartsWith('['))
        {
            return ParseArray(text, row.Length);
        }

        Array.Fill(row, float.NaN);
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            var column = 0;
            while (column < row.Length && manifest.Inputs[column].Name != name)
            {
                column++;
            }

            if (column == row.Length)
            {
                throw new UsageException($"--features: expected inputs of the model: {string.Join(", ", manifest.Inputs.Select(static input => input.Name))}");
            }

            if (equals < 0 || !float.TryParse(part.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out row[column])
                || float.IsInfinity(row[column]))
            {
                throw new UsageException($"--features: {name}: expected {name}=NUMBER");
            }
        }

        return row;
    }

    private static float[] ParseArray(string text, int count)
    {
        try
        {
            // null is missing.
            var values = JsonSerializer.Deserialize<float?[]>(text);
            if (values?.Length == count)
            {
                return [.. values.Select(static value => value ?? float.NaN)];
            }
        }
        catch (JsonException)
        {
            // Told below, as a wrong count is.
        }

        throw new UsageException(string.Create(
            CultureInfo.InvariantCulture, $"--features: expected a JSON array of {count} numbers, null for a missing one"));
    }
}
