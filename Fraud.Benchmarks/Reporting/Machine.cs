using System.Globalization;
using System.Runtime.InteropServices;

namespace Fraud.Benchmarks.Reporting;

/// <summary>What the figures were measured on.</summary>
public static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";

    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores ({CpuModel()}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GB, {RuntimeInformation.FrameworkDescription}");

    private static string CpuModel() =>
        File.Exists(CpuFile)
        && File.ReadLines(CpuFile).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
