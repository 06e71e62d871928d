using System.Globalization;
using System.Runtime.InteropServices;

namespace Fraud.Model.Drift;

/// <summary>Collects payments and makes a reference of them. Holds all values meanwhile: four bytes each.</summary>
/// <param name="inputs">The model's inputs, in their order.</param>
public sealed class ReferenceBuilder(IReadOnlyList<string> inputs)
{
    // A share of the amounts of a rare value says nothing about it.
    private const int LeastAmounts = 200;

    private readonly List<float>[] _inputs = [.. inputs.Select(static _ => new List<float>())];
    private readonly List<float> _scores = [];
    private readonly List<byte> _cells = [];
    private readonly CategoryCounts _sources = new();
    private readonly CategoryCounts _currencies = new();
    private long _firstMs = long.MaxValue;
    private long _lastMs = long.MinValue;

    public int Rows => _cells.Count;

    /// <param name="row">The model's inputs.</param>
    public void Add(ReadOnlySpan<float> row, float score, long eventTimeMs)
    {
        for (var column = 0; column < _inputs.Length; column++)
        {
            _inputs[column].Add(row[column]);
        }

        _scores.Add(score);
        _cells.Add((byte)ClockCell.Of(eventTimeMs));
        _firstMs = Math.Min(_firstMs, eventTimeMs);
        _lastMs = Math.Max(_lastMs, eventTimeMs);
    }

    /// <summary>A payment with what is not the model's: source, currency, amount.</summary>
    public void Add(ReadOnlySpan<float> row, float score, Transaction payment)
    {
        Add(row, score, payment.EventTimeMs);
        AddCategories(payment);
    }

    /// <summary>Source, currency and amount alone.</summary>
    public void AddCategories(Transaction payment)
    {
        var cell = ClockCell.Of(payment.EventTimeMs);
        _sources.Add(payment.Source, payment.Amount, cell);
        ShortText currency = default;
        Span<byte> letters = stackalloc byte[3];
        currency.TrySet(letters[..payment.Currency.CopyTo(letters)]);
        _currencies.Add(currency, payment.Amount, cell);
    }

    /// <exception cref="InvalidOperationException">There is no payment in it.</exception>
    public Reference Build() => Rows == 0
        ? throw new InvalidOperationException("A reference needs payments.")
        : new Reference
        {
            Rows = Rows,
            From = Day(_firstMs),
            To = Day(_lastMs),
            Inputs = [.. _inputs.Select((values, i) => Column(inputs[i], values, _cells))],
            Score = Column("score", _scores, _cells),
            Categories = BuildCategories(keepEmpty: false),
        };

    /// <param name="keepEmpty">Whether a field that was never given is one that is always empty, or not known.</param>
    public IReadOnlyList<ReferenceCategory> BuildCategories(bool keepEmpty) =>
        [.. new[] { _sources.Build("source", keepEmpty), _currencies.Build("currency", keepEmpty) }.OfType<ReferenceCategory>()];

    private static ReferenceColumn Column(string name, List<float> values, List<byte> cells)
    {
        var bins = Bins.Of(values.ToArray());
        var counts = Empty(bins.Count);
        for (var i = 0; i < values.Count; i++)
        {
            counts[cells[i]][bins.Of(values[i])]++;
        }

        return new ReferenceColumn(name, bins.Edges, counts);
    }

    private static long[][] Empty(int bins) => [.. Enumerable.Range(0, ClockCell.Count).Select(_ => new long[bins])];

    private static string Day(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Amounts and cells by value.</summary>
    private sealed class CategoryCounts
    {
        // Values remembered while counting; a field with more names no few things.
        private const int MostSeen = 1_024;

        private readonly Dictionary<ShortText, (List<float> Amounts, List<byte> Cells)> _seen = [];
        private readonly long[] _rest = new long[ClockCell.Count];

        public void Add(in ShortText value, float amount, int cell)
        {
            if (!_seen.TryGetValue(value, out var lists))
            {
                if (_seen.Count == MostSeen)
                {
                    _rest[cell]++;
                    return;
                }

                _seen[value] = lists = ([], []);
            }

            lists.Amounts.Add(amount);
            lists.Cells.Add((byte)cell);
        }

        public ReferenceCategory? Build(string name, bool keepEmpty)
        {
            if (_seen.Count == 0 || (!keepEmpty && _seen.Keys.All(static value => value.IsEmpty)))
            {
                return null;
            }

            var values = _seen.OrderByDescending(static pair => pair.Value.Amounts.Count)
                .ThenBy(static pair => pair.Key.ToString(), StringComparer.Ordinal)
                .ToArray();
            var kept = values.Take(ReferenceCategory.MaxValues).ToArray();
            var counts = Empty(kept.Length + 1);
            for (var value = 0; value < values.Length; value++)
            {
                foreach (var cell in CollectionsMarshal.AsSpan(values[value].Value.Cells))
                {
                    counts[cell][Math.Min(value, kept.Length)]++;
                }
            }

            for (var cell = 0; cell < ClockCell.Count; cell++)
            {
                counts[cell][kept.Length] += _rest[cell];
            }

            return new ReferenceCategory(
                name,
                [.. kept.Select(static pair => pair.Key.ToString())],
                counts,
                // Of a field with one value it would be the distribution of all amounts.
                [.. kept.Where(pair => kept.Length > 1 && pair.Value.Amounts.Count >= LeastAmounts)
                    .Take(ReferenceCategory.MaxAmounts)
                    .Select(static pair => Column(pair.Key.ToString(), pair.Value.Amounts, pair.Value.Cells))]);
        }
    }
}
