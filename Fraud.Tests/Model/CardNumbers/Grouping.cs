namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Cuts a number into the groups in which it is printed.</summary>
internal static class Grouping
{
    /// <summary>As the card itself has it: 4-6-4 and 4-6-5 for Diners and American Express, fours for all others.</summary>
    public static string[] AsPrinted(string digits) => digits.Length switch
    {
        14 => Cut(digits, 4, 6, 4),
        15 => Cut(digits, 4, 6, 5),
        _ => EveryFew(digits, 4),
    };

    public static string AsPrinted(string digits, string separator) => string.Join(separator, AsPrinted(digits));

    /// <summary>Groups of one size from the left; the last may be shorter.</summary>
    public static string[] EveryFew(string digits, int size) => [.. digits.Chunk(size).Select(group => new string(group))];

    /// <summary>Groups of one size from the right, as thousands are; the first may be shorter.</summary>
    public static string[] FromTheRight(string digits, int size)
    {
        var first = digits.Length % size;
        return first == 0 ? EveryFew(digits, size) : [digits[..first], .. EveryFew(digits[first..], size)];
    }

    /// <summary>Groups of these sizes; what is left over is the last one.</summary>
    public static string[] Cut(string digits, params ReadOnlySpan<int> sizes)
    {
        var groups = new List<string>();
        var start = 0;
        foreach (var size in sizes)
        {
            groups.Add(digits.Substring(start, size));
            start += size;
        }

        if (start < digits.Length)
            groups.Add(digits[start..]);
        return [.. groups];
    }

    /// <summary>Groups of any sizes from one to seven.</summary>
    public static string[] Anyhow(string digits, Random random)
    {
        var groups = new List<string>();
        for (var start = 0; start < digits.Length;)
        {
            var size = Math.Min(random.Next(1, 8), digits.Length - start);
            groups.Add(digits.Substring(start, size));
            start += size;
        }

        return [.. groups];
    }

    /// <summary>Groups with a separator drawn for each gap.</summary>
    public static string Mixed(string[] groups, Random random, params ReadOnlySpan<string> separators)
    {
        var text = groups[0];
        foreach (var group in groups.AsSpan(1))
            text += random.Of(separators) + group;
        return text;
    }
}
