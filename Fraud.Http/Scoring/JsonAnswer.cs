using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>Writes JSON into the response through a writer kept by each thread.</summary>
internal static class JsonAnswer
{
    public static Task Write<T>(HttpContext context, T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = JsonBuffer.Take();
        write(buffer.Json, state);
        return buffer.Send(context);
    }
}
