using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Fraud.Faults.Fuzz;

/// <summary>
/// The good client, in a process of its own: the threads and collections of the one that makes broken requests are
/// none of its business. The last standard input said is the part of the run that its payments belong to.
/// </summary>
internal sealed class GoodClientProcess : IDisposable
{
    public const string Argument = "--good-client";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    public GoodClientProcess(Uri server, double rate)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(GoodClientProcess).Assembly.Location, Argument, server.ToString(), rate.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    public async Task Enter(string part)
    {
        await _process.StandardInput.WriteLineAsync(part);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends it, and waits for what it saw.</summary>
    public async Task<GoodClientResult> End()
    {
        _process.StandardInput.Close();
        var text = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode == 0
            ? JsonSerializer.Deserialize<GoodClientResult>(text)!
            : throw new FaultSuiteException($"the good client ended with {_process.ExitCode}: {text}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>The process itself.</summary>
    /// <param name="args">Address and payments a second.</param>
    public static async Task<int> Serve(string[] args)
    {
        using var standstills = new Standstills();
        using var client = new GoodClient(new Uri(args[0]), double.Parse(args[1], CultureInfo.InvariantCulture));
        using var stopping = new CancellationTokenSource();
        var running = client.Run(stopping.Token);
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } part)
        {
            client.Part = part;
        }

        await stopping.CancelAsync();
        await running;
        Console.WriteLine(JsonSerializer.Serialize(new GoodClientResult(
            client.Payments.ToDictionary(static part => part.Key, part => GoodClientLog.Of(part.Value, standstills), StringComparer.Ordinal),
            client.Mistakes,
            standstills.AreWatched)));
        return 0;
    }
}
