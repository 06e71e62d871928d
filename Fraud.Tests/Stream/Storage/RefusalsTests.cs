using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Tests.Stream.Storage;

/// <summary>What a database refuses for itself, what may pass, and what of it may be told.</summary>
public sealed class RefusalsTests
{
    [Theory]
    [InlineData("22003", null, null, null, "22003")]
    [InlineData("22021", null, null, null, "22021")]
    [InlineData("P0001", null, null, null, "P0001")]
    [InlineData("44000", null, null, null, "44000")]
    [InlineData("23514", "amount_positive", null, "public", "23514 amount_positive")]
    [InlineData("23505", "one_a_moment", null, "public", "23505 one_a_moment")]
    [InlineData("23502", null, "terminal_id", "public", "23502 terminal_id")]
    // A partition that another node makes at the same moment, and the catalogue's own conflicts.
    [InlineData("23514", null, null, "public", null)]
    [InlineData("23505", "pg_type_typname_nsp_index", null, "pg_catalog", null)]
    [InlineData("40001", null, null, null, null)]
    [InlineData("53100", null, null, null, null)]
    [InlineData("57P01", null, null, null, null)]
    [InlineData("42501", null, null, null, null)]
    public void Name_OfPostgres_IsStateAndConstraintOrNothing(string state, string? constraint, string? column, string? schema, string? expected)
    {
        var error = new PostgresException(
            "value 'secret' is refused", "ERROR", "ERROR", state, detail: "Failing row contains (secret).", schemaName: schema, columnName: column, constraintName: constraint);

        Assert.Equal(expected, PostgresRefusals.Name(error));
    }

    [Theory]
    [InlineData(1811, "secret words of a trigger", "SQLITE_CONSTRAINT_TRIGGER")]
    [InlineData(275, "CHECK constraint failed: amount_positive", "SQLITE_CONSTRAINT_CHECK amount_positive")]
    [InlineData(1299, "NOT NULL constraint failed: transactions.source", "SQLITE_CONSTRAINT_NOTNULL transactions.source")]
    [InlineData(20, "datatype mismatch", "SQLITE_MISMATCH")]
    public void Name_OfSqlite_IsCodeAndConstraint(int code, string message, string expected)
    {
        Assert.True(SqliteRefusals.Are(code));
        Assert.Equal(expected, SqliteRefusals.Name(code, message));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(10)]
    [InlineData(1)]
    public void Are_OfSqliteThatPassesOrIsNoRows_IsFalse(int code) => Assert.False(SqliteRefusals.Are(code));
}
