using Fraud.Stream.Drift;

namespace Fraud.Stream.Storage;

/// <content>Live quality.</content>
public sealed partial class PostgresStore
{
    public IQualityStore Quality => new PostgresQuality(_cases);
}
