using Confluent.Kafka;
using Fraud.Model.Training;
using Microsoft.ML.OnnxRuntime;
using SQLitePCL;

namespace Fraud.Cli.Doctor;

/// <summary>Whether the native libraries load, and their versions.</summary>
internal static class LibraryCheck
{
    public static IEnumerable<Finding> Run()
    {
        yield return Look("onnxruntime", static () => OrtEnv.Instance().GetVersionString(),
            "publish again for this machine (dotnet publish -r): libonnxruntime.so belongs beside the program");
        yield return Look("librdkafka", static () => Library.VersionString, "publish again for this machine (dotnet publish -r): a librdkafka of its own belongs beside the program");
        yield return Look("sqlite", SqliteVersion, "publish again for this machine (dotnet publish -r): libe_sqlite3.so belongs beside the program");
        yield return Training();
    }

    private static Finding Look(string name, Func<string> version, string remedy)
    {
        try
        {
            return Finding.Ok(name, $"version {version()}");
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            return Finding.Fail(name, $"does not load: {OneLine((error.InnerException ?? error).Message)}", remedy);
        }
    }

    private static string SqliteVersion()
    {
        Batteries_V2.Init();
        return raw.sqlite3_libversion().utf8_to_string();
    }

    /// <summary>Only training needs it, so serving goes on without.</summary>
    private static Finding Training() => TrainingLibrary.Loads()
        ? Finding.Ok("xgboost", $"{TrainingLibrary.File} loads")
        : Finding.Warning("xgboost", $"{TrainingLibrary.File} does not load", $"only training needs it: {TrainingLibrary.Remedy}");

    internal static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
