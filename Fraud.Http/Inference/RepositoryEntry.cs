using System.Globalization;

namespace Fraud.Http.Inference;

/// <summary>A version of a model that is in the repository or loaded.</summary>
/// <param name="Folder">Where it lies; empty when it is gone from the disk.</param>
/// <param name="Refusal">Why it cannot be loaded; null when nothing is known against it.</param>
internal sealed record RepositoryEntry(string Name, string Version, string Folder, string? Refusal = null) : IComparable<RepositoryEntry>
{
    /// <summary>Set while it can be asked.</summary>
    public bool IsReady { get; init; }

    /// <summary>The protocol's word.</summary>
    public string State => IsReady ? "READY" : "UNAVAILABLE";

    /// <summary>Why it cannot be asked; empty when it can.</summary>
    public string Reason => IsReady ? "" : Refusal is null ? "not loaded" : "its manifest cannot be read";

    /// <summary>By name, then from the lowest version to the highest.</summary>
    public int CompareTo(RepositoryEntry? other)
    {
        var byName = string.CompareOrdinal(Name, other?.Name);
        return byName != 0 ? byName : CompareVersions(Version, other!.Version);
    }

    /// <summary>Numbers by value, and after whatever is no number.</summary>
    public static int CompareVersions(string one, string other)
    {
        var byNumber = Number(one).CompareTo(Number(other));
        return byNumber != 0 ? byNumber : string.CompareOrdinal(one, other);
    }

    private static long Number(string version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
