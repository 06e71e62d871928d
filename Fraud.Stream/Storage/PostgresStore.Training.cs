using Fraud.Stream.History;

namespace Fraud.Stream.Storage;

/// <content>What retraining reads.</content>
public sealed partial class PostgresStore
{
    public IPaymentHistory History => _cases.History;
}
