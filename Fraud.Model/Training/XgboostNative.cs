using System.Runtime.InteropServices;

namespace Fraud.Model.Training;

/// <summary>The part of XGBoost's C API (1.7) that training needs.</summary>
internal static partial class XgboostNative
{
    private const string Library = TrainingLibrary.File;

    [LibraryImport(Library)]
    public static partial int XGDMatrixCreateFromMat(
        ReadOnlySpan<float> data, ulong rows, ulong columns, float missing, out nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGDMatrixSetFloatInfo(nint matrix, string field, ReadOnlySpan<float> values, ulong count);

    [LibraryImport(Library)]
    public static partial int XGDMatrixFree(nint matrix);

    [LibraryImport(Library)]
    public static partial int XGBoosterCreate(ReadOnlySpan<nint> matrices, ulong count, out nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSetParam(nint booster, string name, string value);

    [LibraryImport(Library)]
    public static partial int XGBoosterUpdateOneIter(nint booster, int iteration, nint matrix);

    [LibraryImport(Library)]
    public static partial int XGBoosterEvalOneIter(
        nint booster, int iteration, ReadOnlySpan<nint> matrices, ReadOnlySpan<nint> names, ulong count, out nint result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSaveModelToBuffer(nint booster, string config, out ulong length, out nint buffer);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int XGBoosterPredictFromDMatrix(
        nint booster, nint matrix, string config, out ulong* shape, out ulong dimensions, out float* result);

    [LibraryImport(Library)]
    public static partial int XGBoosterFree(nint booster);

    [LibraryImport(Library)]
    private static partial nint XGBGetLastError();

    /// <exception cref="TrainingException">The call failed.</exception>
    public static void Check(int result)
    {
        if (result != 0)
        {
            throw new TrainingException($"XGBoost: {Marshal.PtrToStringUTF8(XGBGetLastError())}");
        }
    }
}

/// <summary>Training cannot go on.</summary>
public sealed class TrainingException(string message) : Exception(message);
