using Fraud.Benchmarks.Measuring;
using Fraud.Model.Features;
using Fraud.Model.Registry;
using Microsoft.ML.OnnxRuntime;

namespace Fraud.Benchmarks.Onnx;

/// <summary>ONNX Runtime as its own documentation would have it: one session, one set of buffers, Run in a loop.</summary>
internal sealed class BareSession : IDisposable
{
    private readonly FeatureRows _rows;
    private readonly int _batch;
    private readonly int[] _columns;
    private readonly float[] _input;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;

    public BareSession(string directory, ModelManifest manifest, FeatureRows rows, int batch)
    {
        _rows = rows;
        _batch = batch;
        _columns = [.. manifest.Inputs.Select(static input => FeatureCatalog.IndexOf(input.Name))];
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(Path.Combine(directory, "model.onnx"), options);
        _inputNames = [_session.InputNames[0]];
        _outputNames = [_session.OutputNames[0], _session.OutputNames[1]];
        _input = new float[batch * _columns.Length];
        _inputs = [OrtValue.CreateTensorValueFromMemory(_input, [batch, _columns.Length])];
        _outputs =
        [
            OrtValue.CreateTensorValueFromMemory(new long[batch], [batch]),
            OrtValue.CreateTensorValueFromMemory(new float[batch * 2], [batch, 2]),
        ];
    }

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        long done = 0;
        for (; meter.Elapsed < duration && !cancellation.IsCancellationRequested; done += _batch)
        {
            for (var row = 0; row < _batch; row++)
            {
                var features = _rows.Row((int)((done + row) % _rows.Count));
                for (var column = 0; column < _columns.Length; column++)
                {
                    _input[(row * _columns.Length) + column] = features[_columns[column]];
                }
            }

            _session.Run(_run, _inputNames, _inputs, _outputNames, _outputs);
        }

        return meter.Stop(done);
    }

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs))
        {
            value.Dispose();
        }

        _run.Dispose();
        _session.Dispose();
    }
}
