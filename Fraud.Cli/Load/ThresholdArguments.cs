using System.CommandLine;
using Fraud.Benchmarks.Load;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Load;

/// <summary>Thresholds on the command line.</summary>
internal sealed class ThresholdArguments
{
    private readonly Option<TimeSpan> _p99 = Options.Duration("--max-p99", "fail when 1 % of the accepted take longer (scenarios: 500ms)", null);
    private readonly Option<double> _shed = Options.Number("--max-shed", "fail when more is refused, as a share (scenarios: 0)", null, 0, 1);
    private readonly Option<double> _failed = Options.Number("--max-failed", "fail when more fails, as a share (scenarios: 0)", null, 0, 1);

    public void AddTo(Command command)
    {
        command.Options.Add(_p99);
        command.Options.Add(_shed);
        command.Options.Add(_failed);
    }

    /// <summary>Those that were given, and the rest as it is.</summary>
    public LoadThresholds Over(LoadThresholds thresholds, ParseResult arguments) => new()
    {
        P99 = arguments.GetResult(_p99) is null ? thresholds.P99 : arguments.GetValue(_p99),
        MaxShed = arguments.GetResult(_shed) is null ? thresholds.MaxShed : arguments.GetValue(_shed),
        MaxFailed = arguments.GetResult(_failed) is null ? thresholds.MaxFailed : arguments.GetValue(_failed),
    };

    /// <summary>Those that were given and nothing else; null when none was.</summary>
    public LoadThresholds? Given(ParseResult arguments) =>
        arguments.GetResult(_p99) is null && arguments.GetResult(_shed) is null && arguments.GetResult(_failed) is null
            ? null
            : Over(new LoadThresholds { P99 = TimeSpan.MaxValue, MaxShed = 1, MaxFailed = 1 }, arguments);
}
