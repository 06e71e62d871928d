using System.Runtime.InteropServices;

namespace Fraud.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await FraudCommand.RunAsync(args, Console.Out, Console.Error, stopping.Token);

        void Stop(PosixSignalContext context)
        {
            // The first signal asks to drain and report; a second one ends the process at once.
            if (!stopping.IsCancellationRequested)
            {
                context.Cancel = true;
                stopping.Cancel();
            }
        }
    }
}
