using System.Text.Json;

namespace Fraud.Http.Scoring;

/// <summary>Numbers that may be none: JSON has no NaN.</summary>
internal static class JsonNumbers
{
    /// <summary>The number, or null where there is none or it is not finite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    /// <inheritdoc cref="Finite"/>
    public static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <inheritdoc cref="WriteFinite(Utf8JsonWriter, ReadOnlySpan{byte}, double?)"/>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
