using System.Runtime.InteropServices;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Microsoft.ML.OnnxRuntime;
using SQLitePCL;

namespace Fraud.Cli.Doctor;

/// <summary>Whether the native libraries load, and their versions.</summary>
internal static class LibraryCheck
{
    public static IEnumerable<Finding> Run()
    {
        yield return Look("onnxruntime", static () => OrtEnv.Instance().GetVersionString(),
            "build again with ./run or 'dotnet build': libonnxruntime.so belongs beside the program");
        yield return Look("librdkafka", KafkaVersion, "run build/setup.sh, which builds it, or install Debian's librdkafka1");
        yield return Look("sqlite", SqliteVersion, "build again: e_sqlite3 belongs beside the program");
        yield return TrainingLibrary();
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

    private static string KafkaVersion()
    {
        NativeKafka.Load();
        return Library.VersionString;
    }

    private static string SqliteVersion()
    {
        Batteries_V2.Init();
        return raw.sqlite3_libversion().utf8_to_string();
    }

    /// <summary>Only training needs it, so serving goes on without.</summary>
    private static Finding TrainingLibrary()
    {
        const string file = "libxgboost.so.0";
        if (!NativeLibrary.TryLoad(file, out var library))
        {
            return Finding.Warning("xgboost", $"{file} does not load", "only 'fraud train' needs it: apt-get install libxgboost0 libgomp1");
        }

        NativeLibrary.Free(library);
        return Finding.Ok("xgboost", $"{file} loads");
    }

    internal static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
