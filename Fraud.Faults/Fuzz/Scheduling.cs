using System.Runtime.InteropServices;

namespace Fraud.Faults.Fuzz;

/// <summary>What the calling thread may ask of Linux's scheduler.</summary>
internal static partial class Scheduling
{
    private const int Fifo = 1;
    private const int Process = 0;

    /// <summary>Lets every other thread go first. To Linux a "process" of this call is one thread.</summary>
    public static void StepBack()
    {
        // Asking for less is never refused.
        _ = SetPriority(Process, 0, 19);
    }

    /// <summary>Puts the thread on one processor, before everything else there.</summary>
    /// <returns>False where that right is missing.</returns>
    public static bool TryOwn(int processor)
    {
        Span<ulong> mask = stackalloc ulong[16];
        mask[processor / 64] = 1UL << (processor % 64);
        var priority = 1;
        return SetAffinity(0, mask.Length * sizeof(ulong), ref MemoryMarshal.GetReference(mask)) == 0
            && SetScheduler(0, Fifo, ref priority) == 0;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int id, int priority);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nint length, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
