using System.Globalization;
using System.Runtime.InteropServices;

namespace Fraud.Model.Training;

/// <summary>Rows in XGBoost's own form.</summary>
internal sealed class BoosterMatrix : SafeHandle
{
    public BoosterMatrix(Dataset data)
        : base(0, ownsHandle: true)
    {
        XgboostNative.Check(XgboostNative.XGDMatrixCreateFromMat(
            data.Values, (ulong)data.Rows, (ulong)data.Columns, float.NaN, out handle));
        Rows = data.Rows;
        if (data.Rows > 0)
        {
            XgboostNative.Check(XgboostNative.XGDMatrixSetFloatInfo(handle, "label", data.Labels, (ulong)data.Rows));
        }
    }

    public int Rows { get; }

    public nint Handle => handle;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => XgboostNative.XGDMatrixFree(handle) == 0;
}

/// <summary>Gradient-boosted trees in training.</summary>
internal sealed class Booster : SafeHandle
{
    public Booster(BoosterMatrix train, IReadOnlyDictionary<string, string> parameters)
        : base(0, ownsHandle: true)
    {
        XgboostNative.Check(XgboostNative.XGBoosterCreate([train.Handle], 1, out handle));
        foreach (var (name, value) in parameters)
        {
            XgboostNative.Check(XgboostNative.XGBoosterSetParam(handle, name, value));
        }
    }

    public override bool IsInvalid => handle == 0;

    public void Update(int round, BoosterMatrix train) =>
        XgboostNative.Check(XgboostNative.XGBoosterUpdateOneIter(handle, round, train.Handle));

    /// <summary>The evaluation metric of the parameters, on other rows.</summary>
    public double Evaluate(int round, BoosterMatrix rows)
    {
        var name = Marshal.StringToCoTaskMemUTF8("validation");
        try
        {
            XgboostNative.Check(XgboostNative.XGBoosterEvalOneIter(handle, round, [rows.Handle], [name], 1, out var text));
            // "[3]<tab>validation-aucpr:0.71"
            var line = Marshal.PtrToStringUTF8(text) ?? "";
            return double.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Fraud probability of every row.</summary>
    public float[] Predict(BoosterMatrix rows) =>
        Predict(rows, """{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}""");

    /// <summary>The sum of leaves of every row, before it becomes a probability.</summary>
    public float[] PredictMargins(BoosterMatrix rows) =>
        Predict(rows, """{"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}""");

    private unsafe float[] Predict(BoosterMatrix rows, string config)
    {
        XgboostNative.Check(XgboostNative.XGBoosterPredictFromDMatrix(handle, rows.Handle, config, out _, out _, out var result));
        return new ReadOnlySpan<float>(result, rows.Rows).ToArray();
    }

    /// <summary>XGBoost's own contributions (pred_contribs): for each row one a column and then the bias, in log-odds.</summary>
    public unsafe float[] Contributions(BoosterMatrix rows)
    {
        const string config = """{"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true}""";
        XgboostNative.Check(XgboostNative.XGBoosterPredictFromDMatrix(
            handle, rows.Handle, config, out var shape, out var dimensions, out var result));
        var count = 1ul;
        for (var i = 0ul; i < dimensions; i++)
        {
            count *= shape[i];
        }

        return new ReadOnlySpan<float>(result, checked((int)count)).ToArray();
    }

    /// <summary>The model as XGBoost's JSON.</summary>
    public unsafe byte[] Save()
    {
        XgboostNative.Check(XgboostNative.XGBoosterSaveModelToBuffer(handle, """{"format":"json"}""", out var length, out var buffer));
        return new ReadOnlySpan<byte>((void*)buffer, checked((int)length)).ToArray();
    }

    protected override bool ReleaseHandle() => XgboostNative.XGBoosterFree(handle) == 0;
}
