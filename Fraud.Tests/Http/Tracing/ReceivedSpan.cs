using System.Globalization;
using Google.Protobuf;

namespace Fraud.Tests.Http.Tracing;

/// <summary>A span as it was on the wire.</summary>
internal sealed record ReceivedSpan(
    string Service, string Node, string TraceId, string SpanId, string ParentId, string Name, int Kind, ulong Start, ulong End, int Status)
{
    // As opentelemetry.proto numbers them.
    public const int Server = 2;
    public const int Producer = 4;
    public const int Consumer = 5;

    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<ReceivedSpan> Parse(byte[] request) =>
        Messages(request, 1).SelectMany(static resourceSpans =>
        {
            var resource = Messages(resourceSpans, 1).SelectMany(static resource => Messages(resource, 1)).Select(KeyValue).ToDictionary();
            return Messages(resourceSpans, 2).SelectMany(static scope => Messages(scope, 2)).Select(span => Span(
                span, resource["service.name"], resource["service.instance.id"]));
        });

    private static ReceivedSpan Span(byte[] bytes, string service, string node)
    {
        var span = new ReceivedSpan(
            service, node, Hex(bytes, 1), Hex(bytes, 2), Hex(bytes, 4),
            Text(Messages(bytes, 5).Single()), (int)Number(bytes, 6), Number(bytes, 7), Number(bytes, 8),
            Messages(bytes, 15).Select(static status => (int)Number(status, 3)).FirstOrDefault());
        foreach (var (name, value) in Messages(bytes, 9).Select(KeyValue))
        {
            span.Tags.Add(name, value);
        }

        return span;
    }

    // Texts, truth values and whole numbers; others count as 0.
    private static (string Key, string Value) KeyValue(byte[] bytes)
    {
        var value = Messages(bytes, 2).Single();
        var text = Messages(value, 1).Select(Text).FirstOrDefault()
            ?? (Number(value, 2) + Number(value, 3)).ToString(CultureInfo.InvariantCulture);
        return (Text(Messages(bytes, 1).Single()), text);
    }

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static string Hex(byte[] bytes, int field) => Convert.ToHexStringLower(Messages(bytes, field).FirstOrDefault() ?? []);

    private static IEnumerable<byte[]> Messages(byte[] bytes, int field)
    {
        var found = new List<byte[]>();
        Read(bytes, field, input => found.Add(input.ReadBytes().ToByteArray()), WireFormat.WireType.LengthDelimited);
        return found;
    }

    private static ulong Number(byte[] bytes, int field)
    {
        var found = 0UL;
        Read(bytes, field, input => found = input.ReadUInt64(), WireFormat.WireType.Varint);
        Read(bytes, field, input => found = input.ReadFixed64(), WireFormat.WireType.Fixed64);
        return found;
    }

    private static void Read(byte[] bytes, int field, Action<CodedInputStream> read, WireFormat.WireType type)
    {
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == type)
            {
                read(input);
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
