using System.Runtime.InteropServices;

namespace Fraud.Cli;

internal static class Program
{
    // What shells add the number of the signal to that ended a program.
    private const int SignalExit = 128;

    private static async Task<int> Main(string[] args)
    {
        var signals = 0;
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await FraudCommand.RunAsync(args, Console.Out, Console.Error, stopping.Token);

        void Stop(PosixSignalContext context)
        {
            // The first signal asks to drain and report. A second one ends the process at once: by exiting, because the
            // web host's own handler, which hears each signal too, would call off the system's way.
            context.Cancel = true;
            if (Interlocked.Exchange(ref signals, 1) == 1)
            {
                Environment.Exit(SignalExit + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
            }

            stopping.Cancel();
        }
    }
}
