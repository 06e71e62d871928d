using Fraud.Model;
using Fraud.Stream.Database;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Labels in a transaction of PostgreSQL that the caller began.</summary>
internal sealed class PostgresLabelWriter(NpgsqlConnection connection) : ILabelWriter
{
    public List<LabelChange>? TryWrite(IReadOnlyList<Label> labels, bool isAlone) => PostgresLabels.TryWrite(connection, labels, isAlone);

    public void WriteDecision(Label label) => PostgresDecisions.Write(connection, label);

    public void Withdraw(ShortText id) => PostgresDecisions.Withdraw(connection, id);
}
