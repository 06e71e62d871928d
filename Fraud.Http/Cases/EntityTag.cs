using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fraud.Http.Cases;

/// <summary>A case's version as an entity tag: payments never change, so it says all.</summary>
internal static class EntityTag
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>Versions that If-Match names; null for any (absent, or *). Tags that are none of ours match nothing.</summary>
    public static IReadOnlyCollection<long>? Versions(StringValues ifMatch)
    {
        if (ifMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(ifMatch, out var tags))
        {
            return ifMatch.Count == 0 ? null : [];
        }

        if (tags.Contains(EntityTagHeaderValue.Any))
        {
            return null;
        }

        var versions = new List<long>();
        foreach (var tag in tags)
        {
            var text = tag.Tag.AsSpan().Trim('"');
            if (!tag.IsWeak && text.StartsWith("v") && long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                versions.Add(version);
            }
        }

        return versions;
    }
}
