using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>What PostgreSQL refuses for itself, and what of it may be told: state and names of the schema. Messages and details may quote values.</summary>
internal static class PostgresRefusals
{
    /// <summary>How the refusal is called; null where the error is none.</summary>
    /// <remarks>
    /// Data exceptions (class 22), constraints that have a name or a column (class 23), a view's check (44000), and what a trigger raises (class P0). Of class 23 the rest
    /// are partitions that another node makes at the same moment, and conflicts of the catalogue: those pass (<see cref="PostgresErrors"/>).
    /// </remarks>
    public static string? Name(PostgresException error) => error.SqlState switch
    {
        ['2', '2', ..] or ['P', '0', ..] or PostgresErrorCodes.WithCheckOptionViolation => error.SqlState,
        ['2', '3', ..] when error.SchemaName != "pg_catalog" && (error.ConstraintName ?? error.ColumnName) is { Length: > 0 } name => $"{error.SqlState} {name}",
        _ => null,
    };

    /// <summary>As <see cref="PostgresErrors.Guard{T}"/>, for rows.</summary>
    /// <exception cref="RowsRefusedException">The database refuses what was written.</exception>
    public static T Guard<T>(Func<T> work) => PostgresErrors.Guard(() =>
    {
        try
        {
            return work();
        }
        catch (PostgresException error) when (Name(error) is { } name)
        {
            // Without the database's own words, which a log would show.
            throw new RowsRefusedException(name);
        }
    });

    /// <summary>Runs a part of the transaction that goes on; of one that the database refuses nothing is left.</summary>
    /// <returns>Why it was refused, or null.</returns>
    public static RowsRefusedException? TryPart(this NpgsqlTransaction transaction, Action work)
    {
        const string Part = "part";
        transaction.Save(Part);
        RowsRefusedException? refused = null;
        try
        {
            work();
        }
        catch (PostgresException error) when (Name(error) is { } name)
        {
            transaction.Rollback(Part);
            refused = new RowsRefusedException(name);
        }

        transaction.Release(Part);
        return refused;
    }
}
