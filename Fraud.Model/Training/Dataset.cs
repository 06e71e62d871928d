namespace Fraud.Model.Training;

/// <summary>Feature rows with what evaluation needs to know about each.</summary>
/// <param name="columns">Features a row.</param>
public sealed class Dataset(int columns)
{
    private readonly List<float> _values = [];
    private readonly List<float> _labels = [];
    private readonly List<RowInfo> _info = [];

    public int Columns => columns;

    public int Rows => _labels.Count;

    public int Frauds { get; private set; }

    /// <summary>All rows, one after the other.</summary>
    public ReadOnlySpan<float> Values => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values);

    internal ReadOnlySpan<float> Labels => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);

    public IReadOnlyList<RowInfo> Info => _info;

    public ReadOnlySpan<float> Row(int row) => Values.Slice(row * columns, columns);

    public bool IsFraud(int row) => _labels[row] > 0.5f;

    public void Add(ReadOnlySpan<float> row, bool fraud, RowInfo info)
    {
        _values.AddRange(row);
        _labels.Add(fraud ? 1 : 0);
        _info.Add(info);
        Frauds += fraud ? 1 : 0;
    }

    /// <summary>The rows that pass, and the named columns of them.</summary>
    public Dataset Select(IReadOnlyList<int> columnsKept, Func<int, bool> keep)
    {
        var selected = new Dataset(columnsKept.Count);
        var row = new float[columnsKept.Count];
        for (var i = 0; i < Rows; i++)
        {
            if (keep(i))
            {
                var source = Row(i);
                for (var column = 0; column < row.Length; column++)
                {
                    row[column] = source[columnsKept[column]];
                }

                selected.Add(row, IsFraud(i), _info[i]);
            }
        }

        return selected;
    }
}

/// <param name="Day">Days since 1970.</param>
/// <param name="Scenario">Which simulated scenario made the fraud; 0 for none or unknown. Never an input.</param>
/// <param name="Amount">In units: what a missed fraud costs.</param>
public readonly record struct RowInfo(int Day, int Card, int Scenario, float Amount = 0)
{
    /// <summary>Seconds since the day's midnight.</summary>
    public int SecondOfDay { get; init; }
}
