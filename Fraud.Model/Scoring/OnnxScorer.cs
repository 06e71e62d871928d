using Microsoft.ML.OnnxRuntime;

namespace Fraud.Model.Scoring;

/// <summary>
/// Scores rows with buffers that are made once and stay pinned: a call allocates nothing. For one
/// thread at a time.
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    private static readonly RunOptions Run = new();

    private readonly OnnxModel _model;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly float[] _input;
    private readonly float[] _probabilities;
    private readonly float[] _scores;
    private readonly long[] _labels;
    private readonly Views?[] _viewsOf;

    internal OnnxScorer(OnnxModel model, int maxBatchSize)
    {
        _model = model;
        MaxBatchSize = maxBatchSize;
        _inputNames = [model.Session.InputNames[0]];
        _outputNames = [model.Session.OutputNames[0], model.Session.OutputNames[1]];
        _input = GC.AllocateArray<float>(maxBatchSize * model.Columns.Count, pinned: true);
        _probabilities = GC.AllocateArray<float>(maxBatchSize * 2, pinned: true);
        _labels = GC.AllocateArray<long>(maxBatchSize, pinned: true);
        _scores = new float[maxBatchSize];
        _viewsOf = new Views?[maxBatchSize + 1];
    }

    public int MaxBatchSize { get; }

    /// <summary>The model's own classes of the last call, a value a row. Valid until the next call.</summary>
    public ReadOnlySpan<long> Labels => _labels;

    /// <summary>The model's own probabilities of the last call, legitimate and fraud of each row. Valid until the next call.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>Puts a payment's columns into a row.</summary>
    public void SetRow(int row, Transaction transaction, ReadOnlySpan<float> features) =>
        _model.Columns.Gather(transaction, features, RowOf(row));

    /// <summary>Puts the columns of a payment that was copied into a row; an empty payload is none.</summary>
    public void SetRow(int row, ReadOnlySpan<float> features, ReadOnlySpan<float> payload) =>
        _model.Columns.Gather(features, payload, RowOf(row));

    /// <summary>Puts the model's own columns into a row.</summary>
    public void SetRaw(int row, ReadOnlySpan<float> columns) => columns.CopyTo(RowOf(row));

    /// <summary>Fraud probabilities of the first rows; valid until the next call.</summary>
    public ReadOnlySpan<float> Score(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxBatchSize);
        var views = _viewsOf[rows] ??= CreateViews(rows);
        _model.Session.Run(Run, _inputNames, views.Inputs, _outputNames, views.Outputs);
        for (var row = 0; row < rows; row++)
        {
            _scores[row] = _probabilities[(2 * row) + 1];
        }

        return _scores.AsSpan(0, rows);
    }

    public void Dispose()
    {
        foreach (var views in _viewsOf)
        {
            views?.Dispose();
        }
    }

    private Span<float> RowOf(int row) => _input.AsSpan(row * _model.Columns.Count, _model.Columns.Count);

    // ONNX Runtime wants the shape with the buffer: one set of views for each batch size that occurs.
    private Views CreateViews(int rows) => new(
        [OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _input.AsMemory(0, rows * _model.Columns.Count), [rows, _model.Columns.Count])],
        [
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _labels.AsMemory(0, rows), [rows]),
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _probabilities.AsMemory(0, rows * 2), [rows, 2]),
        ]);

    private sealed record Views(OrtValue[] Inputs, OrtValue[] Outputs) : IDisposable
    {
        public void Dispose()
        {
            foreach (var view in Inputs.Concat(Outputs))
            {
                view.Dispose();
            }
        }
    }
}
