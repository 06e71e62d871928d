using System.CommandLine;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift</c>: what a running service says of drift, and the same offline.</summary>
public static class DriftCommand
{
    public static Command Create() =>
        new("drift", "See how far payments are from those a model was trained on.") { ReportCommand.Create(), CheckCommand.Create(), ReferenceCommand.Create(), DrillCommand.Create(), CostCommand.Create() };

    internal static Option<DirectoryInfo> Model() =>
        new Option<DirectoryInfo>("--model") { Description = "folder of a version, such as models/payments/1", Required = true }.AcceptExistingOnly();

    internal static long Midnight(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
