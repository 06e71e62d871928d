using System.Globalization;
using System.Text;
using Fraud.Benchmarks.Load;
using Fraud.Benchmarks.Workload;

namespace Fraud.Benchmarks.Http;

/// <summary>Debian's wrk: the cheapest sender there is, so most of the machine is left to the server.</summary>
internal sealed class Wrk(string program, Scratch scratch, int connections)
{
    private const string Mark = "fraud-bench";

    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(static folder => Path.Combine(folder, "wrk"))
        .FirstOrDefault(File.Exists);

    public async Task<LoadResult> SendAsync(Uri address, TimeSpan duration, CancellationToken cancellation)
    {
        var script = scratch.Path("wrk.lua");
        await File.WriteAllTextAsync(script, Script(address), cancellation);
        // wrk takes whole seconds.
        var seconds = Math.Max(1, (int)Math.Round(duration.TotalSeconds));
        var output = await ChildProcess.RunAsync(
            program,
            [
                "-t", "1",
                "-c", connections.ToString(CultureInfo.InvariantCulture),
                "-d", string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
                "-s", script,
                address.ToString(),
            ],
            cancellation);
        return Parse(output);
    }

    internal static LoadResult Parse(string output)
    {
        var line = output.Split('\n').FirstOrDefault(static line => line.StartsWith(Mark, StringComparison.Ordinal))
            ?? throw new InvalidDataException("wrk: expected the line that its script prints");
        var fields = line.Split(' ').Skip(1).Select(static field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(
            (long)(fields[0] - fields[2]), (long)(fields[2] + fields[3]),
            TimeSpan.FromMicroseconds(fields[1]), fields[4] / 1_000, fields[5] / 1_000);
    }

    /// <summary>The requests of <see cref="RequestTemplate"/>, numbered in Lua: every payment has an id of its own.</summary>
    private static string Script(Uri address)
    {
        var run = Guid.NewGuid().ToString("n")[..12];
        var options = new LoadOptions { Address = address };
        var template = new RequestTemplate(options, TimeProvider.System.GetUtcNow(), run);
        var request = new byte[template.Length];
        template.Prepare(request);
        var text = Encoding.UTF8.GetString(request)
            .Replace("%", "%%", StringComparison.Ordinal)
            .Replace(new string('\u0001', RequestTemplate.IdDigits), $"%0{RequestTemplate.IdDigits}d", StringComparison.Ordinal)
            .Replace(new string('\u0002', RequestTemplate.CardDigits), $"%0{RequestTemplate.CardDigits}d", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            local template = [==[
            {{text}}]==]
            local number = 0
            request = function()
              number = number + 1
              return string.format(template, number, number * {{RequestTemplate.CardStep}} % {{options.Cards}})
            end
            done = function(summary, latency)
              local errors = summary.errors
              io.write(string.format("{{Mark}} %d %d %d %d %d %d\n", summary.requests, summary.duration,
                errors.status, errors.connect + errors.read + errors.write + errors.timeout,
                latency:percentile(50), latency:percentile(99)))
            end
            """);
    }
}
