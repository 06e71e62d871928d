using System.Security.Cryptography;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Storage;

namespace Fraud.Stream.CardNumbers;

/// <summary>Where the key of the tokens comes from: the settings, a file, or with SQLite a file that the first start makes.</summary>
/// <remarks>
/// A store that several nodes share needs a key that they share, and it is not kept in that store: who has tokens and key can try out
/// all card numbers. One node with its own SQLite file may make its own, beside that file.
/// </remarks>
public static class TokenKeySource
{
    /// <summary>Name of the file that is made.</summary>
    public const string FileName = "card-token.key";

    /// <summary>The file that is made where the settings name no key; null with PostgreSQL.</summary>
    public static string? OwnFile(StorageOptions storage) =>
        storage.Kind == StoreKind.Sqlite ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(storage.SqliteFile))!, FileName) : null;

    /// <summary>What is wrong with the settings; null when there is a key or none is needed. Never quotes a key.</summary>
    public static string? WhyNone(CardNumberOptions options, StorageOptions storage)
    {
        if (!options.UsesTokens || options.TokenKey.Length > 0)
        {
            return null;
        }

        if (FileOf(options, storage) is not { } file)
        {
            return $"{CardNumberOptions.Section}:{nameof(CardNumberOptions.TokenKey)}: expected a key that all nodes share, because "
                + $"{StorageOptions.Section}:{nameof(StorageOptions.Kind)} is {StoreKind.Postgres}; make one with \"openssl rand -base64 32\" and give it "
                + $"as {CardNumberOptions.Section}__{nameof(CardNumberOptions.TokenKey)} in the environment";
        }

        var isMade = options.TokenKeyFile.Length == 0 && !File.Exists(file);
        return isMade || TryRead(file, out _, out var error) ? null : $"{CardNumberOptions.Section}:{nameof(CardNumberOptions.TokenKeyFile)}: {error}";
    }

    /// <summary>The key; null where no identifier becomes a token.</summary>
    /// <exception cref="InvalidOperationException">There is none; <see cref="WhyNone"/> says so at the start.</exception>
    public static CardTokenKey? Read(CardNumberOptions options, StorageOptions storage)
    {
        if (options.TokenKey.Length > 0)
        {
            return CardTokenKey.Parse(options.TokenKey);
        }

        if (!options.UsesTokens)
        {
            return null;
        }

        var file = FileOf(options, storage) ?? throw new InvalidOperationException(WhyNone(options, storage));
        if (options.TokenKeyFile.Length == 0)
        {
            MakeOnce(file);
        }

        return TryRead(file, out var key, out var error) ? key : throw new InvalidOperationException(error);
    }

    /// <summary>The key that the settings name, itself or its file; null when they name none, or the file cannot be read.</summary>
    public static CardTokenKey? Named(CardNumberOptions options) =>
        options.TokenKey.Length > 0 ? CardTokenKey.Parse(options.TokenKey)
        : options.TokenKeyFile.Length > 0 && TryRead(options.TokenKeyFile, out var key, out _) ? key
        : null;

    /// <summary>The key, if there is one; makes none.</summary>
    public static CardTokenKey? Find(CardNumberOptions options, StorageOptions storage) =>
        Named(options) ?? (FileOf(options, storage) is { } file && TryRead(file, out var key, out _) ? key : null);

    private static string? FileOf(CardNumberOptions options, StorageOptions storage) =>
        options.TokenKeyFile.Length > 0 ? options.TokenKeyFile : OwnFile(storage);

    private static bool TryRead(string file, out CardTokenKey? key, out string? error)
    {
        key = null;
        try
        {
            return CardTokenKey.TryParse(File.ReadAllText(file), out key, out error);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            error = $"expected a file that can be read ({problem.GetType().Name})";
            return false;
        }
    }

    /// <summary>Makes a key of random bytes, readable by its owner alone, where there is none.</summary>
    /// <returns>The file.</returns>
    public static string MakeOnce(string file)
    {
        if (File.Exists(file))
        {
            return file;
        }

        if (Directory.Exists(file))
        {
            throw new InvalidOperationException($"{file}: expected a file with a key, and this is a folder");
        }

        // Under its name only once it is whole; of two processes that begin together the first one's key is both's.
        var made = $"{file}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(made, options))
        using (var writer = new StreamWriter(stream))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(CardTokenKey.MinBytes)));
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(made, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(made);
        }

        return file;
    }
}
