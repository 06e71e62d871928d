namespace Fraud.Http.Settings;

/// <summary>A file of variables such as <c>.env</c>: NAME=VALUE lines, comments with #, values in quotes where wanted.</summary>
internal static class EnvFile
{
    // A file of settings is a few kilobytes; anything longer is another file by mistake.
    private const int MostBytes = 1 << 20;

    /// <summary>Empty when there is no such file and there need not be one.</summary>
    /// <exception cref="FormatException">A line is no NAME=VALUE. Says which, not what is in it.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, bool mustExist)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return mustExist
                ? throw new FormatException($"{SettingSources.EnvFileVariable}: expected a file that exists")
                : new Dictionary<string, string>(StringComparer.Ordinal);
        }

        if (file.Length > MostBytes)
        {
            throw new FormatException($"{path}: expected at most 1 MB of NAME=VALUE lines");
        }

        return Parse(File.ReadLines(path), path);
    }

    internal static Dictionary<string, string> Parse(IEnumerable<string> lines, string path)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line["export ".Length..].TrimStart();
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"{path}: line {number}: expected NAME=VALUE");
            }

            variables[line[..equals].TrimEnd()] = Value(line[(equals + 1)..].Trim());
        }

        return variables;
    }

    private static string Value(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
        {
            return text[1..^1];
        }

        // A comment behind a value has a blank before it; a # inside a password has not.
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment >= 0 ? text[..comment].TrimEnd() : text;
    }
}
