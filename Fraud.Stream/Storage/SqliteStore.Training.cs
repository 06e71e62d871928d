using Fraud.Stream.History;

namespace Fraud.Stream.Storage;

/// <content>What retraining reads.</content>
public sealed partial class SqliteStore
{
    public IPaymentHistory History => new SqliteHistory(_questions);
}
