using System.Globalization;
using System.Text.Json;
using Fraud.Http.Edge;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Decoding;
using Fraud.Model.Registry;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fraud.Http.Registry;

/// <summary>One call: its parameters, which are in the query, or in a JSON object in the body.</summary>
internal sealed class MlflowCall
{
    // A name, a stage and a description: more is none of these calls.
    public const int MaxBody = 64 * 1_024;

    private readonly HttpContext _context;
    private readonly JsonElement _body;

    private MlflowCall(HttpContext context, JsonElement body) => (_context, _body) = (context, body);

    /// <summary>Who calls, for the audit log.</summary>
    public string Actor => Caller.Of(_context).Name;

    /// <summary>An address that does what the work says, off the request's thread: the store's calls block.</summary>
    public static Func<HttpContext, Task<Results<Ok<T>, Problem>>> Answer<T>(Func<MlflowCall, T> work) => async context =>
    {
        try
        {
            var call = await Read(context);
            var answer = await Task.Run(() => work(call), context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(answer);
        }
        catch (Exception error) when (ProblemOf(error) is { } problem)
        {
            return problem;
        }
    };

    /// <summary>What is to be answered for a failure that is no fault of this service; null for others.</summary>
    public static Problem? ProblemOf(Exception error) => error switch
    {
        MlflowRefusedException refusal => refusal.Problem,
        ModelRefusedException refused => new Problem(400, "Bad Request", refused.Message),
        StoreUnavailableException => MlflowProblems.Away,
        _ => null,
    };

    /// <summary>Null when it was not given, or is empty.</summary>
    public string? Text(string name)
    {
        var text = Element(name) is { } element
            ? element.ValueKind switch
            {
                JsonValueKind.String => Decoded(element, name),
                // Clients send versions as numbers, too.
                JsonValueKind.Number => element.GetRawText(),
                JsonValueKind.Null => null,
                _ => throw Wrong(name, "a string"),
            }
            : (string?)_context.Request.Query[name];
        return string.IsNullOrEmpty(text) ? null : text;
    }

    public string Required(string name) => Text(name) ?? throw Wrong(name, "a value");

    /// <summary>A list: an array in the body, or given several times in the query. Empty when it was not given.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Element(name) is not { } element)
        {
            return [.. _context.Request.Query[name].OfType<string>()];
        }

        return element.ValueKind == JsonValueKind.Null ? []
            : element.ValueKind == JsonValueKind.Array
                ? [.. element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Decoded(item, name) : throw Wrong(name, "strings"))]
                : throw Wrong(name, "an array of strings");
    }

    public int Whole(string name, int byDefault, int max)
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max
            ? value
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {max}"));
    }

    public bool Flag(string name) => Element(name) is { } element
        ? element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            JsonValueKind.String when bool.TryParse(element.GetString(), out var flag) => flag,
            _ => throw Wrong(name, "true or false"),
        }
        : bool.TryParse(_context.Request.Query[name], out var given) && given;

    private JsonElement? Element(string name) =>
        _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var element) ? element : null;

    private static string Decoded(JsonElement element, string name)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            throw Wrong(name, "valid text");
        }
    }

    private static MlflowRefusedException Wrong(string field, string expected) => new(MlflowProblems.Wrong(field, expected));

    private static async ValueTask<MlflowCall> Read(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return new MlflowCall(context, default);
        }

        var body = await RequestBody.Read(context, MaxBody);
        if (body.IsTooLarge)
        {
            throw new MlflowRefusedException(ContentTypes.TooLarge(MaxBody));
        }

        try
        {
            if (body.Bytes.IsEmpty)
            {
                return new MlflowCall(context, default);
            }

            // MLflow takes JSON under any name, so curl lines leave it out; pages have to say it (PagePosts).
            var text = ByteOrderMark.Skip(body.Bytes);
            WellFormedJson.Check(text);
            var json = JsonElement.Parse(text);
            return json.ValueKind == JsonValueKind.Object ? new MlflowCall(context, json) : throw Wrong("body", "a JSON object");
        }
        catch (JsonException)
        {
            throw Wrong("body", "a JSON object");
        }
        finally
        {
            body.Release();
        }
    }
}
