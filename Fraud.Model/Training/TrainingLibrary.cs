using System.Runtime.InteropServices;

namespace Fraud.Model.Training;

/// <summary>XGBoost's library: only training needs it, serving starts without. No NuGet package carries it, Debian does.</summary>
public static class TrainingLibrary
{
    public const string File = "libxgboost.so.0";

    public const string Remedy = "apt-get install libxgboost0 libgomp1";

    /// <summary>To be called first of all, before data is read for minutes that no training follows.</summary>
    /// <exception cref="TrainingException">It does not load; the message says how to get it.</exception>
    public static void Require() => Require(File);

    internal static void Require(string file)
    {
        if (!Loads(file))
        {
            throw new TrainingException($"expected XGBoost's library for training, and {file} does not load: {Remedy}");
        }
    }

    public static bool Loads() => Loads(File);

    private static bool Loads(string file)
    {
        if (!NativeLibrary.TryLoad(file, out var library))
        {
            return false;
        }

        NativeLibrary.Free(library);
        return true;
    }
}
