using Fraud.Stream.Shadow;

namespace Fraud.Stream.Storage;

/// <content>Scores of models that are compared.</content>
public sealed partial class SqliteStore
{
    public IShadowStore Shadows => new ShadowsOf(this);

    private sealed class ShadowsOf(SqliteStore store) : IShadowStore
    {
        public void Add(ReadOnlySpan<ShadowScore> scores, ShadowRetention retention)
        {
            var page = scores.ToArray();
            lock (store.RowsFile.Writing)
            {
                store.Writer.Shadows.Add(page, retention);
            }
        }

        public ShadowCounts Count(long sinceMs, long settledMs) => SqliteShadows.Count(store._questions, sinceMs, settledMs);
    }
}
