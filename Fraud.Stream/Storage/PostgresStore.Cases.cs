using Fraud.Stream.Cases;

namespace Fraud.Stream.Storage;

/// <content>Flagged payments.</content>
public sealed partial class PostgresStore
{
    public ICaseStore Cases => _cases;
}
