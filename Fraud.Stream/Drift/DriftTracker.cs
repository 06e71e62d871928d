using Fraud.Model;
using Fraud.Model.Drift;
using Fraud.Model.Registry;

namespace Fraud.Stream.Drift;

/// <summary>
/// Everything that is watched of one model: its inputs, its scores, and what payments name. Not thread-safe. Counts
/// only: what a payment costs is a few vector compares an input, and it allocates nothing once the reference is there.
/// </summary>
public sealed class DriftTracker
{
    private readonly DriftOptions _options;
    private readonly string[] _inputs;
    private readonly Action<DriftTracker, DriftChange> _changed;
    private readonly IHistoryStart? _history;
    private readonly AlarmState _data = new();
    private readonly WatchedCategory?[] _categories = new WatchedCategory?[2];
    private Bins[] _bins = [];
    private WatchedColumn[] _columns = [];
    private ReferenceBuilder? _learning;
    private long _learnUpTo;
    private int _inStep;
    private int _steps;

    /// <param name="changed">Called when an alarm is raised or cleared.</param>
    /// <param name="history">Features that look back further than it are not judged yet. Null: there is enough.</param>
    public DriftTracker(ModelManifest manifest, DriftOptions options, Action<DriftTracker, DriftChange> changed, IHistoryStart? history = null)
    {
        _options = options;
        _history = history;
        _changed = changed;
        Model = manifest.Name;
        Version = manifest.Version;
        _inputs = [.. manifest.Inputs.Select(static input => input.Name)];
        if (manifest.Reference is { } reference)
        {
            Reference = new ReferenceNote("manifest", reference.Rows, reference.From, reference.To);
            Watch(reference, learnUpTo: 0);
            foreach (var category in reference.Categories)
            {
                Watch(category, learnUpTo: 0);
            }
        }

        _learning = Array.TrueForAll(_categories, static category => category is not null) && _columns.Length > 0
            ? null
            : new ReferenceBuilder(_columns.Length > 0 ? [] : _inputs);
    }

    public string Model { get; }

    public string Version { get; }

    /// <summary>Payments looked at.</summary>
    public long Payments { get; private set; }

    /// <summary>Payments in the window.</summary>
    // The score may wait for history; something in the payment itself does not.
    public int InWindow => _columns.Length > 0 ? _columns.Max(static column => column.Payments) : 0;

    /// <summary>Where the reference of inputs and scores came from; null while there is none yet.</summary>
    public ReferenceNote? Reference { get; private set; }

    /// <summary>Whether the window was full once: before that nothing is judged.</summary>
    public bool IsWatching => _steps >= _options.Steps && _columns.Length > 0;

    /// <summary>Share of the watched inputs whose alarm is raised.</summary>
    public double DataDriftScore { get; private set; }

    /// <param name="row">The model's inputs, in their order.</param>
    public void Add(ReadOnlySpan<float> row, float score, Transaction payment)
    {
        Payments++;
        var cell = ClockCell.Of(payment.EventTimeMs);
        if (_learning is not null)
        {
            Learn(row, score, payment);
        }

        if (_columns.Length > 0)
        {
            Count(row, score, cell);
        }

        if (_categories[0] is { } sources)
        {
            sources.Add(payment.Source, payment.Amount, cell);
        }

        if (_categories[1] is { } currencies)
        {
            ShortText code = default;
            Span<byte> letters = stackalloc byte[3];
            code.TrySet(letters[..payment.Currency.CopyTo(letters)]);
            currencies.Add(code, payment.Amount, cell);
        }

        if (++_inStep == _options.StepPayments())
        {
            _inStep = 0;
            EndStep(payment.EventTimeMs);
        }
    }

    /// <summary>What the last look saw, column by column.</summary>
    public IReadOnlyList<ColumnReport> Columns() => [.. All().Select(column => DriftWords.Report(column, NewValuesOf(column)))];

    private void Learn(ReadOnlySpan<float> row, float score, Transaction payment)
    {
        if (_columns.Length == 0)
        {
            _learning!.Add(row, score, payment);
        }
        else
        {
            _learning!.Add([], score, payment);
        }

        if (_learning.Rows < _options.LearnPayments)
        {
            return;
        }

        // From here on a clock cell goes on learning until it has its part, and is judged from then on.
        _learnUpTo = Math.Max(1, _options.LearnPayments / ClockCell.Count);
        var learned = _learning.Build();
        if (_columns.Length == 0)
        {
            Reference = new ReferenceNote("learned", learned.Rows, learned.From, learned.To);
            Watch(learned, _learnUpTo);
        }

        foreach (var category in _learning.BuildCategories(keepEmpty: true))
        {
            Watch(category, _learnUpTo);
        }

        _learning = null;
    }

    private void Watch(Reference reference, long learnUpTo)
    {
        _learnUpTo = learnUpTo;
        _bins = [.. reference.Inputs.Append(reference.Score).Select(static column => new Bins(column.Edges))];
        // The score follows from all inputs.
        var longest = reference.Inputs.Select(column => ReachOf(column.Name)).DefaultIfEmpty(TimeSpan.Zero).Max();
        _columns =
        [
            .. reference.Inputs.Select(column => Column(DriftAlarmKind.Feature, column.Name, column.Counts, ReachOf(column.Name))),
            Column(DriftAlarmKind.Score, "score", reference.Score.Counts, longest),
        ];
        _steps = 0;
        _inStep = 0;
    }

    private TimeSpan ReachOf(string feature) => _history?.ReachOf(feature) ?? TimeSpan.Zero;

    private WatchedColumn Column(DriftAlarmKind kind, string name, IReadOnlyList<IReadOnlyList<long>> counts, TimeSpan reach) =>
        new(kind, name, counts, isOrdered: true, _options)
        {
            IsExcluded = kind == DriftAlarmKind.Feature && _options.Excludes(name),
            Reach = reach,
            IsWaiting = reach > TimeSpan.Zero,
        };

    private void Watch(ReferenceCategory category, long learnUpTo)
    {
        var place = category.Name switch { "source" => 0, "currency" => 1, _ => -1 };
        if (place >= 0)
        {
            _categories[place] ??= new WatchedCategory(category, _options, learnUpTo);
        }
    }

    private void Count(ReadOnlySpan<float> row, float score, int cell)
    {
        var learns = _columns[^1].ReferenceIn(cell) < _learnUpTo;
        for (var i = 0; i < _columns.Length; i++)
        {
            var bin = _bins[i].Of(i < row.Length ? row[i] : score);
            if (learns)
            {
                _columns[i].Learn(bin, cell);
            }
            else if (!_columns[i].IsWaiting)
            {
                _columns[i].Add(bin, cell);
            }
        }
    }

    /// <param name="nowMs">Event time of the newest payment.</param>
    private void EndStep(long nowMs)
    {
        _steps++;
        // Judged while full: then the oldest step makes room.
        if (_steps >= _options.Steps)
        {
            Look();
        }

        foreach (var column in _columns)
        {
            column.Step();
        }

        foreach (var category in _categories)
        {
            category?.Step();
        }

        if (_history?.FromMs is { } fromMs)
        {
            foreach (var column in _columns)
            {
                column.IsWaiting &= nowMs - fromMs < (long)column.Reach.TotalMilliseconds;
            }
        }
    }

    private void Look()
    {
        foreach (var column in All())
        {
            if (column.Look())
            {
                Changed(column);
            }
        }

        var watched = 0;
        var drifted = 0;
        foreach (var column in _columns.AsSpan(0, Math.Max(0, _columns.Length - 1)))
        {
            // Those that wait for history, too: else one of the few that do not would be half of all.
            watched += column.IsExcluded ? 0 : 1;
            drifted += column.IsRaised ? 1 : 0;
        }

        DataDriftScore = watched == 0 ? 0 : drifted / (double)watched;
        var ratio = _options.DataDriftLimit > 0 ? DataDriftScore / _options.DataDriftLimit : DataDriftScore > 0 ? 1 : 0;
        if (_data.Update(ratio, _options))
        {
            _changed(this, new DriftChange(
                _data.IsRaised, DriftAlarmKind.Data, "data", "share", DataDriftScore, _options.DataDriftLimit,
                $"{drifted} of {watched} features have drifted"));
        }
    }

    private void Changed(WatchedColumn column)
    {
        var (value, limit) = column.Measured(column.Worst);
        _changed(this, new DriftChange(
            column.IsRaised, column.Kind, column.Subject, DriftWords.NameOf(column.Worst), value, limit,
            DriftWords.Detail(column.Worst, Reference, NewValuesOf(column))));
    }

    private IReadOnlyList<KeyValuePair<string, int>> NewValuesOf(WatchedColumn column) =>
        Array.Find(_categories, category => ReferenceEquals(category?.Values, column))?.NewValues() ?? [];

    private IEnumerable<WatchedColumn> All()
    {
        foreach (var column in _columns)
        {
            yield return column;
        }

        foreach (var category in _categories)
        {
            if (category is null)
            {
                continue;
            }

            yield return category.Values;
            foreach (var amounts in category.Amounts)
            {
                yield return amounts;
            }
        }
    }
}
