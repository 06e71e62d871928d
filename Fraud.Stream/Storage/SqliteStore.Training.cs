using Fraud.Stream.History;

namespace Fraud.Stream.Storage;

/// <content>What retraining reads and holds.</content>
public sealed partial class SqliteStore
{
    public IPaymentHistory History => new SqliteHistory(_questions);

    public ITrainingLeases TrainingLeases => new SqliteTrainingLeases(_questions, work =>
    {
        lock (RowsFile.Writing)
        {
            Writer.InTransaction(work);
        }
    });
}
