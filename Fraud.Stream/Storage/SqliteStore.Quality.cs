using Fraud.Stream.Drift;

namespace Fraud.Stream.Storage;

/// <content>Live quality.</content>
public sealed partial class SqliteStore
{
    public IQualityStore Quality => new SqliteQuality(_questions);
}
