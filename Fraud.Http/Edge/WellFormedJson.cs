using System.Text.Json;

namespace Fraud.Http.Edge;

/// <summary>
/// A parsed document reads its texts late, and throws what no one expects where one holds half of a surrogate pair
/// ("\ud800"). Checked here, such a body is no JSON like any other.
/// </summary>
internal static class WellFormedJson
{
    /// <exception cref="JsonException">It is no JSON, or one of its names or texts is no Unicode.</exception>
    public static void Check(ReadOnlySpan<byte> json, int maxDepth = 64)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException half)
        {
            throw new JsonException("A text holds half of a surrogate pair.", half);
        }
    }
}
