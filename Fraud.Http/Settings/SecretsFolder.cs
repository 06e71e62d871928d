using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace Fraud.Http.Settings;

/// <summary>
/// A folder with one file for each secret, as Docker, Kubernetes and Vault's agent put them there: the file's name is
/// the variable's, its text the value. Read once, at start.
/// </summary>
internal static class SecretsFolder
{
    /// <summary>Where Docker puts secrets; looked at when it is there and no other is named.</summary>
    public const string Usual = "/run/secrets";

    // A connection string is a hundred bytes, a private key four thousand; anything longer is another file by mistake.
    private const int MostBytes = 1 << 16;

    /// <param name="named">A folder that must be there; null for the usual one.</param>
    /// <returns>Values by file name; empty when nobody named a folder and the usual one is not there.</returns>
    /// <exception cref="FormatException">There is no such folder, or a file cannot be read. Says which, not what is in it.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? named)
    {
        var folder = Path.GetFullPath(named ?? Usual);
        if (!Directory.Exists(folder))
        {
            return named is null
                ? new Dictionary<string, string>(StringComparer.Ordinal)
                : throw new FormatException($"{SettingSources.SecretsFolderVariable}: expected a folder that exists");
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            // Hidden files and folders are left out: Kubernetes keeps the versions of a mounted secret in some.
            using var files = new PhysicalFileProvider(folder);
            var source = new KeyPerFileConfigurationSource { FileProvider = files, IgnoreCondition = name => IsNone(folder, name) };
            var secrets = (IConfigurationRoot)new ConfigurationBuilder().Add(source).Build();
            foreach (var (key, value) in secrets.AsEnumerable())
            {
                if (value is not null)
                {
                    // Tools and editors end files with a line; no secret does.
                    variables[NameOf(key)] = value.TrimEnd('\r', '\n');
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{folder}: expected files that this user can read ({error.Message})", error);
        }

        return variables;
    }

    /// <summary>The file's name again.</summary>
    private static string NameOf(string key) => key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);

    private static bool IsNone(string folder, string name) => new FileInfo(Path.Combine(folder, name)).Length > MostBytes
        ? throw new FormatException($"{Path.Combine(folder, name)}: expected at most 64 kB")
        : false;
}
