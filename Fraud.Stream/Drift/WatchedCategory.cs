using Fraud.Model;
using Fraud.Model.Drift;

namespace Fraud.Stream.Drift;

/// <summary>
/// A field that names one of a few things, the values that the reference did not have, and the amounts of each common
/// value. Not thread-safe.
/// </summary>
internal sealed class WatchedCategory
{
    private readonly Dictionary<ShortText, int> _bins = [];
    private readonly (Bins Bins, WatchedColumn Column)?[] _amounts;
    private readonly ShortText[] _names = new ShortText[ColumnReport.MaxNewValues];
    private readonly SlidingCounts _named;

    /// <param name="learnUpTo">Payments of a clock cell up to which it goes on learning; 0 when it does not.</param>
    public WatchedCategory(ReferenceCategory reference, DriftOptions options, long learnUpTo)
    {
        LearnUpTo = learnUpTo;
        Name = reference.Name;
        Values = new WatchedColumn(DriftAlarmKind.Category, reference.Name, reference.Counts, isOrdered: false, options)
        {
            HasRest = true,
            IsExcluded = options.Excludes(reference.Name),
        };
        _named = new SlidingCounts(ColumnReport.MaxNewValues, options.Steps);
        for (var i = 0; i < reference.Values.Count; i++)
        {
            _bins[ShortText.From(reference.Values[i])] = i;
        }

        _amounts = new (Bins, WatchedColumn)?[reference.Values.Count];
        foreach (var amounts in reference.Amounts)
        {
            var subject = $"amount at {reference.Name}={Printable(amounts.Name)}";
            _amounts[_bins[ShortText.From(amounts.Name)]] = (
                new Bins(amounts.Edges),
                new WatchedColumn(DriftAlarmKind.Feature, subject, amounts.Counts, isOrdered: true, options)
                {
                    IsExcluded = options.Excludes("amount"),
                });
        }
    }

    public string Name { get; }

    public WatchedColumn Values { get; }

    public long LearnUpTo { get; }

    public IEnumerable<WatchedColumn> Amounts => _amounts.OfType<(Bins, WatchedColumn Column)>().Select(static amounts => amounts.Column);

    public void Add(in ShortText value, float amount, int cell)
    {
        var isKnown = _bins.TryGetValue(value, out var bin);
        if (!isKnown)
        {
            bin = Values.Counts.Length - 1;
            CountName(value);
        }

        if (Values.ReferenceIn(cell) < LearnUpTo)
        {
            Values.Learn(bin, cell);
            if (isKnown && _amounts[bin] is var (learned, into))
            {
                into.Learn(learned.Of(amount), cell);
            }

            return;
        }

        Values.Add(bin, cell);
        if (isKnown && _amounts[bin] is var (bins, column))
        {
            column.Add(bins.Of(amount), cell);
        }
    }

    public void Step()
    {
        _named.Step();
        Values.Step();
        foreach (var amounts in _amounts)
        {
            amounts?.Column.Step();
        }
    }

    /// <summary>New values with their payments in the window, most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> NewValues() =>
        [.. Enumerable.Range(0, ColumnReport.MaxNewValues)
            .Where(slot => _named.Sums[slot] > 0)
            .OrderByDescending(slot => _named.Sums[slot])
            .Select(slot => KeyValuePair.Create(Printable(_names[slot].ToString()), _named.Sums[slot]))];

    private void CountName(in ShortText value)
    {
        var free = -1;
        for (var slot = 0; slot < ColumnReport.MaxNewValues; slot++)
        {
            if (_named.Sums[slot] == 0)
            {
                free = slot;
            }
            else if (_names[slot] == value)
            {
                _named.Add(slot);
                return;
            }
        }

        if (free >= 0)
        {
            _names[free] = value;
            _named.Add(free);
        }
    }

    // Senders choose these texts, and they go into logs.
    private static string Printable(string text) =>
        text.Length == 0 ? "(none)" : new string([.. text.Select(static letter => char.IsControl(letter) ? '?' : letter)]);
}
