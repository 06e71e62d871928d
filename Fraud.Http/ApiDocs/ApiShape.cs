using System.Collections;
using System.Text.Json.Nodes;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// JSON of one kind, described by an example and by what each field of it means. Types are read off the example,
/// so a field cannot be described without one. Fill it like a collection: <c>{ "statistics.count", "Items sent." }</c>.
/// </summary>
/// <remarks>
/// A path names a field from the top: <c>results[].index</c> is a field of each item of "results", <c>[].index</c> one
/// of the items of a top-level array, <c>checks.*</c> the value behind any name in "checks".
/// </remarks>
internal sealed class ApiShape(string name, string example) : IEnumerable<ApiField>
{
    private readonly Dictionary<string, ApiField> _fields = new(StringComparer.Ordinal);

    /// <summary>Its name among the schemas; unique in the document.</summary>
    public string Name => name;

    public string ExampleText => example;

    public JsonNode Example => JsonNode.Parse(example)!;

    public void Add(string path, string description, FieldIs kind = FieldIs.Required, params ReadOnlySpan<string> values) =>
        _fields.Add(path, new ApiField(path, description, kind, null, values.ToArray()));

    /// <summary>A field, or the items of one, whose content is described elsewhere.</summary>
    public void Add(string path, string description, ApiShape shape, FieldIs kind = FieldIs.Required) =>
        _fields.Add(path, new ApiField(path, description, kind, shape, []));

    public ApiField? Find(string path) => _fields.GetValueOrDefault(path);

    public IEnumerator<ApiField> GetEnumerator() => _fields.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <param name="Shape">Describes the field's content, or that of its items.</param>
/// <param name="Values">All it can be; empty when it is free.</param>
internal sealed record ApiField(string Path, string Description, FieldIs Kind, ApiShape? Shape, IReadOnlyList<string> Values);

/// <summary>What an example cannot show.</summary>
[Flags]
internal enum FieldIs
{
    Required = 0,

    /// <summary>May be left out.</summary>
    Optional = 1,

    Nullable = 2,

    /// <summary>A number that need not be whole, though the example is.</summary>
    Number = 4,

    /// <summary>An object with whatever fields.</summary>
    Free = 8,

    /// <summary>Of any type.</summary>
    Any = 16,
}
