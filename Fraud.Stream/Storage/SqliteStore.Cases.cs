using Fraud.Stream.Cases;

namespace Fraud.Stream.Storage;

/// <content>Flagged payments.</content>
public sealed partial class SqliteStore
{
    public ICaseStore Cases => new SqliteCases(_questions, update =>
    {
        lock (RowsFile.Writing)
        {
            return Writer.Cases.Change(update, NowMs);
        }
    });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
