using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fraud.Faults;
using Fraud.Faults.Cluster;
using Fraud.Faults.Fuzz;
using Fraud.Faults.Reporting;
using Fraud.Faults.Scenarios;

const string Help = """
    Breaks a running cluster in one way after the other and checks that nothing is lost or counted twice.

      --short        the most telling faults, once each, with fewer payments
      --runs N       runs of each fault (default 1)
      --only NAME    only faults whose name contains NAME; may be repeated
      --seed N       first seed; each run takes the next (default 1)
      --json FILE    results for programs
      --table FILE   the table, in Markdown
      --list         the faults
      --fuzz [...]   broken requests instead; see --fuzz --help
    """;
const int Violated = 1;
const int Misused = 2;

if (args is ["--fuzz", .. var fuzzing])
{
    return await FuzzProgram.Run(fuzzing);
}

if (args is [GoodClientProcess.Argument, .. var good])
{
    return await GoodClientProcess.Serve(good);
}

// All nodes of the suite share it.
Environment.SetEnvironmentVariable("CardNumbers__TokenKey", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
// Every payment's features are compared with those computed offline.
Environment.SetEnvironmentVariable("Storage__FeatureSample", "1");

var runs = 1;
var seed = 1;
var isShort = false;
var list = false;
string? json = null;
string? table = null;
var only = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--short": isShort = true; break;
        case "--list": list = true; break;
        case "--runs" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out runs) && runs > 0: i++; break;
        case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed): i++; break;
        case "--only" when i + 1 < args.Length: only.Add(args[++i]); break;
        case "--json" when i + 1 < args.Length: json = args[++i]; break;
        case "--table" when i + 1 < args.Length: table = args[++i]; break;
        case "-h" or "--help": Console.WriteLine(Help); return 0;
        default:
            await Console.Error.WriteLineAsync($"faults: {args[i]}: expected one of these options\n{Help}");
            return Misused;
    }
}

var churn = TimeSpan.FromSeconds(isShort ? 30 : 120);
var chosen = FaultCatalog.All(churn)
    .Where(fault => only.Count == 0 ? !isShort || fault.IsTelling : only.Exists(name => fault.Name.Contains(name, StringComparison.Ordinal)))
    .Select(fault => isShort && fault.IsTelling ? fault with { Inputs = fault.Inputs.Shortened() } : fault)
    .ToArray();
if (list || chosen.Length == 0)
{
    foreach (var fault in FaultCatalog.All(churn))
    {
        Console.WriteLine($"{fault.Name,-20} {fault.What}");
    }

    return list ? 0 : Misused;
}

// The nodes are this process's children: they must not outlive it.
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

SQLitePCL.Batteries_V2.Init();
var results = new FaultTable();
await using var postgres = new PostgresServer();
await postgres.InitializeAsync();
var runner = new FaultRunner(postgres, churn);
foreach (var fault in chosen)
{
    if (fault.Missing() is { } reason)
    {
        results.Skip(fault, reason);
        Console.WriteLine($"{fault.Name}: skipped: {reason}");
        continue;
    }

    for (var run = 0; run < runs && !stopping.IsCancellationRequested; run++)
    {
        var result = await runner.Run(fault, seed++, stopping.Token);
        results.Add(fault, result);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{fault.Name} seed {result.Seed}: {(result.Violations.Count == 0 ? "ok" : "VIOLATED")}, {result.Inputs} inputs, {result.Lost} lost, {result.Duplicated} duplicated, out of service {string.Join(' ', result.Outages.Select(static outage => outage.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)))} s, took {result.Elapsed.TotalSeconds:0} s. {string.Join("; ", result.Notes)}"));
        foreach (var violation in result.Violations)
        {
            Console.WriteLine("  " + violation);
        }

        if (result.Folder is not null)
        {
            Console.WriteLine($"  logs of the nodes: {result.Folder}");
        }
    }
}

Console.WriteLine();
Console.WriteLine(results.ToMarkdown());
Console.WriteLine(results.Legend());
if (json is not null)
{
    await File.WriteAllTextAsync(json, results.ToJson());
}

if (table is not null)
{
    await File.WriteAllTextAsync(table, results.ToMarkdown() + "\n" + results.Legend());
}

// In the words of `dotnet test`, which ./test adds up.
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Faults - Failed: {results.Failed,5}, Passed: {results.Passed,5}"));
return results.Failed == 0 ? 0 : Violated;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
