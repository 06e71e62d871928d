using System.Globalization;
using Fraud.Model.Registry;

namespace Fraud.Stream.Registry;

/// <summary>A version's files in a folder.</summary>
internal static class VersionFiles
{
    public const string Model = "model.onnx";
    public const string Manifest = "manifest.json";

    // They are held in memory while they are stored. The largest shipped model has a megabyte.
    private const long MaxBytes = 256L << 20;

    /// <summary>By name, with digests.</summary>
    /// <exception cref="ModelRefusedException">There are too many, they are too large, or they cannot be read.</exception>
    public static IReadOnlyList<ModelFile> Read(string directory)
    {
        try
        {
            var paths = Directory.GetFiles(directory);
            if (paths.Length > ModelQueries.MaxFiles || paths.Sum(static path => new FileInfo(path).Length) > MaxBytes)
            {
                throw new ModelRefusedException(string.Create(
                    CultureInfo.InvariantCulture, $"{directory}: expected at most {ModelQueries.MaxFiles} files of together at most {MaxBytes} bytes"));
            }

            return
            [
                .. paths.Order(StringComparer.Ordinal).Select(static path =>
                {
                    var content = File.ReadAllBytes(path);
                    return new ModelFile(Path.GetFileName(path), ModelManifest.DigestOf(content), content);
                }),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException($"{directory}: {error.Message}", error);
        }
    }

    /// <summary>Writes them so that a folder with a manifest is whole: whoever watches the folder sees all or nothing.</summary>
    public static void Write(string directory, IReadOnlyList<StoredFile> files, Func<StoredFile, byte[]> read)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in files.OrderBy(static file => file.Name == Manifest))
        {
            var partial = Path.Combine(directory, $".{file.Name}.new");
            File.WriteAllBytes(partial, read(file));
            File.Move(partial, Path.Combine(directory, file.Name), overwrite: true);
        }
    }

    /// <summary>Whether the folder holds exactly these.</summary>
    public static bool AreWhole(string directory, IReadOnlyList<StoredFile> files)
    {
        try
        {
            return files.All(file => ModelManifest.DigestOf(File.ReadAllBytes(Path.Combine(directory, file.Name))) == file.Sha256);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone, or half gone: not whole.
            return false;
        }
    }
}
