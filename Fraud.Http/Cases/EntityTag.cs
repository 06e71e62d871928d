using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fraud.Http.Cases;

/// <summary>A case's version as an entity tag: payments never change, so it says all.</summary>
internal static class EntityTag
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>Versions that If-Match names; null for any (absent, or *). Tags that are none of ours match nothing.</summary>
    /// <returns>False when it is neither * nor a list of tags.</returns>
    public static bool TryReadMatch(StringValues ifMatch, out IReadOnlyCollection<long>? versions)
    {
        versions = null;
        if (ifMatch.Count == 0)
        {
            return true;
        }

        if (!TryReadTags(ifMatch, out var tags))
        {
            return false;
        }

        if (tags is [var only] && only.Equals(EntityTagHeaderValue.Any))
        {
            return true;
        }

        // Weak tags are not enough to write upon (RFC 9110, 13.1.1).
        versions = [.. tags.Where(static tag => !tag.IsWeak).Select(VersionOf).OfType<long>()];
        return true;
    }

    /// <summary>Whether If-None-Match names the version, in a list, by a weak tag, or by *. What is malformed names nothing.</summary>
    public static bool IsKnown(StringValues ifNoneMatch, long version) =>
        TryReadTags(ifNoneMatch, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || VersionOf(tag) == version);

    private static bool TryReadTags(StringValues header, [NotNullWhen(true)] out IList<EntityTagHeaderValue>? tags) =>
        EntityTagHeaderValue.TryParseStrictList(header, out tags) && tags.Count > 0
        && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any));

    // Only as they are written here: tags are compared letter by letter.
    private static long? VersionOf(EntityTagHeaderValue tag)
    {
        var text = tag.Tag.AsSpan().Trim('"');
        return text.StartsWith("v") && long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && tag.Tag.Equals(Of(version), StringComparison.Ordinal)
            ? version
            : null;
    }
}
