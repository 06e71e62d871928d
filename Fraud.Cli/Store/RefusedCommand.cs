using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.Audit;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store refused</c>: payments whose rows the database refused, and another try. Beside a service or without one.</summary>
internal static class RefusedCommand
{
    private const int SomeParked = 1;

    // Read at once: some 200 bytes each.
    private const int PageSize = 500;

    // What a person reads; the rest is counted.
    private const int MostListed = 1_000;

    public static Command Create()
    {
        var json = Options.Json();
        var retry = Options.Flag("--retry", "write the rows that the database takes by now, with the labels that wait for them. Services may run meanwhile");
        var store = new StoreArguments();
        var command = new Command(
            "refused",
            "List the payments whose rows the database refused (a constraint, a trigger). They were answered and counted. Exits with 0 when there is none left, with 1 when there are some, with 2 for usage.")
        {
            json, retry,
        };
        store.AddTo(command);
        command.SetAction((arguments, stop) =>
        {
            using var opened = store.Open(arguments, mayMake: false);
            var report = Run(() => arguments.GetValue(retry) ? Retry(opened, stop) : List(opened));
            arguments.InvocationConfiguration.Output.WriteLine(arguments.GetValue(json) ? RefusedText.Json(report) : RefusedText.Lines(report));
            return Task.FromResult(report.Left == 0 ? 0 : SomeParked);
        });
        return command;
    }

    private static RefusedReport List(IFraudStore store)
    {
        var queries = new RefusedRowQueries(store.Database);
        return new RefusedReport(store.Kind, IsRetry: false, Written: 0, queries.Count(), [.. queries.List(null, MostListed).Select(static row => (row, RetryOutcome.Refused))]);
    }

    private static RefusedReport Retry(IFraudStore store, CancellationToken stop)
    {
        var queries = new RefusedRowQueries(store.Database);
        using var rows = store.Rows.Open();
        var written = 0L;
        var left = new List<(RefusedRow Row, RetryOutcome Outcome)>();
        RefusedRow? last = null;
        while (!stop.IsCancellationRequested && queries.List(last, PageSize) is { Count: > 0 } page)
        {
            foreach (var parked in page.TakeWhile(_ => !stop.IsCancellationRequested))
            {
                var outcome = rows.Retry(parked);
                written += outcome == RetryOutcome.Written ? 1 : 0;
                if (outcome is RetryOutcome.Refused or RetryOutcome.IdIsTaken && left.Count < MostListed)
                {
                    // What it was refused for now.
                    left.Add((outcome == RetryOutcome.Refused ? queries.At(parked) ?? parked : parked, outcome));
                }
            }

            last = page[^1];
        }

        var count = queries.Count();
        if (written > 0)
        {
            new AuditQueries(store.Database).Append(AuditEntry.New(
                TimeProvider.System.GetUtcNow(), "fraud store refused", "refused rows retried", "refused_rows", FormattableString.Invariant($"{written} written, {count} left")));
        }

        return new RefusedReport(store.Kind, IsRetry: true, written, count, left);
    }

    private static RefusedReport Run(Func<RefusedReport> work)
    {
        try
        {
            return work();
        }
        catch (StoreUnavailableException error)
        {
            throw new CommandException($"expected a store that answers ({error.Message} {error.InnerException?.Message}); what was written stays written", error);
        }
    }
}

/// <summary>What there is, or became of it.</summary>
/// <param name="Left">Payments that are parked.</param>
/// <param name="Rows">Of them, some: with what came of the try, where there was one.</param>
internal sealed record RefusedReport(string Store, bool IsRetry, long Written, long Left, IReadOnlyList<(RefusedRow Row, RetryOutcome Outcome)> Rows);
