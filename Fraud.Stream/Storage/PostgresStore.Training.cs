using Fraud.Stream.History;

namespace Fraud.Stream.Storage;

/// <content>What retraining reads and holds.</content>
public sealed partial class PostgresStore
{
    public IPaymentHistory History => _cases.History;

    public ITrainingLeases TrainingLeases => new PostgresTrainingLeases(_source, _options.BusyTimeout);
}
