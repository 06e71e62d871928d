using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Model.Scoring;
using Fraud.Stream.Drift;

namespace Fraud.Cli.Drift;

/// <summary><c>fraud drift drill</c>: raises the alarms on purpose, and shows that nothing else raises them.</summary>
internal static class DrillCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var model = DriftCommand.Model();
        var seeds = Options.Whole("--seeds", "simulated worlds", 5, 1, 100);
        var days = Options.Whole("--days", "days watched without drift, and again that many with it", 7, 1, 60);
        var customers = Options.Whole("--customers", "customers of each world; twice as many terminals", 5_000, 100, 100_000);
        var json = Options.Json();
        var command = new Command("drill", "Drift simulated payments on purpose, and count the payments until the alarms.") { model, seeds, days, customers, json };
        command.SetAction((arguments, stopping) =>
        {
            using var loaded = OnnxModel.Load(arguments.GetValue(model)!.FullName);
            var drill = new DriftDrill(loaded, new DriftOptions());
            var output = arguments.InvocationConfiguration.Output;
            var isJson = arguments.GetValue(json);
            if (!isJson)
            {
                output.WriteLine("seed  injected  payments  highest data_drift_score  nearest to a limit            first alarm of its kind after the injection");
            }

            var failed = false;
            foreach (var injection in Enum.GetValues<Injection>())
            {
                for (var seed = 1; seed <= arguments.GetValue(seeds); seed++)
                {
                    var result = drill.Run(
                        new DrillOptions
                        {
                            Seed = seed,
                            Injection = injection,
                            Customers = (int)arguments.GetValue(customers),
                            Terminals = 2 * (int)arguments.GetValue(customers),
                            UndriftedDays = (int)arguments.GetValue(days),
                            InjectedDays = (int)arguments.GetValue(days),
                        },
                        stopping);
                    failed |= !IsRight(result);
                    output.WriteLine(isJson ? JsonSerializer.Serialize(result, Snake) : Line(result));
                }
            }

            if (failed)
            {
                throw new CommandException("expected no alarm without drift, and the right one with it; see above");
            }

            return Task.CompletedTask;
        });
        return command;
    }

    /// <summary>None without drift; with it the one that names what was done.</summary>
    internal static bool IsRight(DrillResult result) =>
        !result.Alarms.Any(static alarm => alarm.BeforeInjection) && result.Options.Injection switch
        {
            Injection.None => result.Alarms.Count == 0,
            Injection.Amounts => result.Alarms.Any(static alarm => alarm.Subject == "amount at source=online")
                && !result.Alarms.Any(static alarm => alarm.Kind == nameof(DriftAlarmKind.Category)),
            _ => result.Alarms.Any(static alarm => alarm is { Kind: nameof(DriftAlarmKind.Category), Subject: "source" })
                && result.Alarms.All(static alarm => alarm.Kind == nameof(DriftAlarmKind.Category)),
        };

    private static string Line(DrillResult result)
    {
        var alarms = result.Alarms.Count == 0
            ? "none"
            : string.Join("; ", result.Alarms.Select(static alarm => string.Create(
                CultureInfo.InvariantCulture,
                $"{(alarm.BeforeInjection ? "BEFORE " : "")}{alarm.Subject} ({alarm.Measure} {alarm.Value:0.000} > {alarm.Threshold:0.000}) after {alarm.AfterPayments}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Options.Seed,4}  {result.Options.Injection,-8}  {result.Payments,8}  {result.HighestScore,24:0.00}  {result.WorstSubject + " " + result.WorstRatio.ToString("0.00", CultureInfo.InvariantCulture),-28}  {alarms}");
    }
}
