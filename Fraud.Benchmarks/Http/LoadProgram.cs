using System.Globalization;
using System.Text.Json;
using Fraud.Benchmarks.Load;

namespace Fraud.Benchmarks.Http;

/// <summary><c>fraud load</c> as a process of its own.</summary>
internal static class LoadProgram
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The program beside this assembly; null where there is none.</summary>
    public static string? Find()
    {
        var file = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "fraud.exe" : "fraud");
        return File.Exists(file) ? file : null;
    }

    public static async Task<LoadResult> SendAsync(string program, LoadOptions options, CancellationToken cancellation)
    {
        var output = await ChildProcess.RunAsync(
            program,
            [
                "load", "--json",
                "--url", options.Address.ToString(),
                "--rate", options.Rate.ToString("0.###", CultureInfo.InvariantCulture),
                "--duration", options.Duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
                "--connections", options.Connections.ToString(CultureInfo.InvariantCulture),
            ],
            cancellation);
        return LoadResult.Of(JsonSerializer.Deserialize<LoadReport>(output, Json)
            ?? throw new InvalidDataException("fraud load: expected a report"));
    }
}
