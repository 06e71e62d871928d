namespace Fraud.Http.Settings;

/// <summary>What somebody may have meant who mistyped a name.</summary>
internal static class NearestName
{
    /// <summary>The closest candidate that differs in at most a third of its letters, letter case aside; null when there is none.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) => candidates
        .Select(candidate => (Candidate: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(static near => near.Distance <= Math.Max(1, near.Candidate.Length / 3))
        .OrderBy(static near => near.Distance)
        .ThenBy(static near => near.Candidate, StringComparer.Ordinal)
        .Select(static near => near.Candidate)
        .FirstOrDefault();

    /// <summary>Letters to put in, take out or exchange (Levenshtein).</summary>
    internal static int Distance(string left, string right)
    {
        var above = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            above[column] = column;
        }

        var row = new int[right.Length + 1];
        for (var line = 1; line <= left.Length; line++)
        {
            row[0] = line;
            for (var column = 1; column <= right.Length; column++)
            {
                row[column] = Math.Min(
                    Math.Min(row[column - 1], above[column]) + 1,
                    above[column - 1] + (left[line - 1] == right[column - 1] ? 0 : 1));
            }

            (above, row) = (row, above);
        }

        return above[right.Length];
    }
}
