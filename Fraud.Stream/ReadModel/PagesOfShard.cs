namespace Fraud.Stream.ReadModel;

/// <summary>Pages of one shard that follow each other.</summary>
internal readonly record struct PagesOfShard(IReadOnlyList<FollowedPage> Pages)
{
    public int Shard => Pages[0].Shard;

    public long Generation => Pages[0].Generation;

    public long First => Pages[0].Sequence;

    public long Last => Pages[^1].Sequence;

    /// <summary>Sorts pages by shard, so that two writers never wait for each other's positions.</summary>
    /// <exception cref="ArgumentException">Those of a shard have a gap, or are of two claims.</exception>
    public static IReadOnlyList<PagesOfShard> Of(IReadOnlyList<FollowedPage> pages)
    {
        var shards = new SortedDictionary<int, List<FollowedPage>>();
        foreach (var page in pages)
        {
            if (!shards.TryGetValue(page.Shard, out var those))
            {
                shards.Add(page.Shard, those = []);
            }

            if (those.Count > 0 && (those[^1].Sequence + 1 != page.Sequence || those[^1].Generation != page.Generation))
            {
                throw new ArgumentException($"Shard {page.Shard}: page {page.Sequence} of claim {page.Generation} does not follow page {those[^1].Sequence} of {those[^1].Generation}.");
            }

            those.Add(page);
        }

        return [.. shards.Values.Select(static those => new PagesOfShard(those))];
    }
}
