using System.Globalization;
using Fraud.Benchmarks.Load;

namespace Fraud.Cli.Load;

/// <summary>Writes how a load stands, once a second, on one line of the standard error.</summary>
internal sealed class LoadScreen(string name, TextWriter error) : IProgress<LoadProgress>
{
    public void Report(LoadProgress value) => error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {value.Elapsed.TotalSeconds,3:0} of {value.Duration.TotalSeconds:0} s, {value.Due:N0} due, {value.Accepted:N0} accepted, {value.Shed:N0} shed, {value.Failed:N0} failed"));
}
