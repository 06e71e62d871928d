using System.Runtime.InteropServices;

namespace Fraud.Stream.Shadow;

/// <summary>Lets a thread have the processor only when no other wants it.</summary>
internal static partial class LowPriority
{
    private const int ThisThread = 0;
    private const int Lowest = 19;

    /// <summary>For the calling thread and those that it starts.</summary>
    public static void Take()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        if (OperatingSystem.IsLinux())
        {
            // .NET leaves threads' priorities alone there. A nice value is the thread's own (setpriority(2), under
            // "C library/kernel differences"), and everyone may raise it: it cannot fail.
            _ = SetPriority(ThisThread, 0, Lowest);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
