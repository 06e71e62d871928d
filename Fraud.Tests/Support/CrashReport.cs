using System.Text.Json;

namespace Fraud.Tests.Support;

/// <summary>
/// What the runtime writes of a process that crashes, in native code as well: a file with the stacks of all threads. Such a
/// crash leaves no word in the process's own log.
/// </summary>
internal static class CrashReport
{
    private const string Suffix = ".crashreport.json";

    /// <summary>Variables of a process that is to write a report, and no dump of its memory.</summary>
    /// <param name="path">Where, without what the runtime adds.</param>
    public static IReadOnlyDictionary<string, string> Settings(string path) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_DbgEnableMiniDump"] = "1",
        ["DOTNET_EnableCrashReportOnly"] = "1",
        ["DOTNET_DbgMiniDumpName"] = path,
    };

    /// <summary>The stack of the thread that crashed, a frame a line, innermost first; why there is none where there is none.</summary>
    public static string Read(string path)
    {
        if (!File.Exists(path + Suffix))
        {
            return "no crash report: it did not crash, or was killed";
        }

        try
        {
            using var report = JsonDocument.Parse(File.ReadAllText(path + Suffix));
            var crashed = report.RootElement.GetProperty("payload").GetProperty("threads").EnumerateArray()
                .Where(static thread => Text(thread, "crashed") == "true")
                .SelectMany(static thread => thread.GetProperty("stack_frames").EnumerateArray());
            return string.Join('\n', crashed.Select(Frame));
        }
        catch (JsonException error)
        {
            return $"crash report that ends too soon: {error.Message}";
        }
    }

    private static string Frame(JsonElement frame)
    {
        var name = Text(frame, "method_name") ?? Text(frame, "unmanaged_name") ?? Text(frame, "native_image_offset");
        return $"    {Text(frame, "native_module") ?? Text(frame, "filename")} {name}";
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
