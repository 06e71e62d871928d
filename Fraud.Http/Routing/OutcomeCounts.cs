using System.Runtime.CompilerServices;

namespace Fraud.Http.Routing;

/// <summary>Outcomes of a request's payments, counted before a counter is added to once for each.</summary>
internal struct OutcomeCounts
{
    private Counts _counts;

    public void Add(RouteOutcome outcome) => _counts[(int)outcome]++;

    public readonly void Report(Action<RouteOutcome, int> report)
    {
        for (var outcome = 0; outcome <= (int)RouteOutcome.Poisoned; outcome++)
        {
            if (_counts[outcome] > 0)
            {
                report((RouteOutcome)outcome, _counts[outcome]);
            }
        }
    }

    [InlineArray((int)RouteOutcome.Poisoned + 1)]
    private struct Counts
    {
        private int _first;
    }
}
