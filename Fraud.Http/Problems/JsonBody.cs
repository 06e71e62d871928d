using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fraud.Http.ApiDocs;
using Fraud.Http.Edge;
using Fraud.Http.Scoring;
using Fraud.Model.Decoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Problems;

/// <summary>Reads the body of a request into a type of the API, within a limit and a time, and holds it to the type's bounds.</summary>
internal static class JsonBody
{
    /// <param name="limit">Most bytes.</param>
    /// <param name="expected">What the body should be: "a JSON object with new_status".</param>
    /// <param name="nothing">What it means that nothing is sent; null where a body, and its content type, is needed.</param>
    /// <returns>The body, or what is wrong with it.</returns>
    public static async ValueTask<(T? Value, Problem? Wrong)> Read<T>(HttpContext context, int limit, string expected, T? nothing = null)
        where T : class
    {
        // Clients of addresses that take nothing leave the content type out with something, too; pages cannot (PagePosts).
        if (nothing is null && !ContentTypes.IsJson(context.Request))
        {
            return (null, ContentTypes.Unsupported);
        }

        var body = await RequestBody.Read(context, limit);
        if (body.IsTooLarge)
        {
            return (null, ContentTypes.TooLarge(limit));
        }

        try
        {
            if (nothing is not null && body.Bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                return (nothing, null);
            }

            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            return Parse((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)), body.Bytes, expected);
        }
        finally
        {
            body.Release();
        }
    }

    public static (T? Value, Problem? Wrong) Parse<T>(JsonTypeInfo<T> type, ReadOnlySpan<byte> json, string expected)
        where T : class
    {
        json = ByteOrderMark.Skip(json);
        try
        {
            WellFormedJson.Check(json);
        }
        catch (JsonException)
        {
            return (null, Wrong("body", expected));
        }

        T? value;
        try
        {
            value = JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException error)
        {
            return (null, error.Path is { Length: > 2 } path ? Field(type, path[2..], expected) : Wrong("body", expected));
        }

        if (value is null)
        {
            return (null, Wrong("body", expected));
        }

        var mistakes = new List<ValidationResult>();
        return Validator.TryValidateObject(value, new ValidationContext(value), mistakes, validateAllProperties: true)
            ? (value, null)
            : (null, Field(type, JsonNamingPolicy.SnakeCaseLower.ConvertName(mistakes[0].MemberNames.First()), expected));
    }

    private static Problem Field(JsonTypeInfo type, string path, string expected)
    {
        string? words = null;
        foreach (var step in path.Split('.'))
        {
            if (type.Properties.FirstOrDefault(property => property.Name == step.Split('[')[0]) is not { } field)
            {
                break;
            }

            // The innermost that says so.
            words = field.AttributeProvider?.GetCustomAttributes(typeof(ExpectedAttribute), inherit: true).OfType<ExpectedAttribute>().SingleOrDefault()?.Words ?? words;
            type = type.Options.GetTypeInfo(field.PropertyType);
        }

        return words is null ? Wrong("body", expected) : Wrong(path, words);
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
