using System.Globalization;

namespace Fraud.Stream.Storage.Copy;

/// <summary>Carries the rows of a table over, and holds what both databases then say against each other.</summary>
internal sealed class CopiedRows(CopySource source, CopyTarget target, TimeProvider time, Action<CopyProgress> progress, CancellationToken stop)
{
    // A transaction each, so a flush for some ten thousand payments. A row may be larger than that by itself (files of models).
    private const int ChunkBytes = 4 << 20;

    // Between two words about how far a reading is, and two looks at whether it is to stop.
    private const int RowsBetween = 10_000;

    private const string Payments = "transactions";
    private const string PaymentTime = "event_time";

    private readonly PostgresCopyBuffer _rows = new();
    private readonly PostgresPartitions _partitions = new(time);

    public void Copy(CopiedTable table)
    {
        Say(CopyStep.Copy, table, 0);
        var (eventTime, copied, isBegun) = (TimeColumn(table), 0L, false);
        var row = source.Read(table);
        while (row.Step())
        {
            if (!isBegun)
            {
                _rows.Begin();
                isBegun = true;
            }

            CopiedRow.Write(row, table, _rows);
            copied++;
            if (eventTime >= 0)
            {
                // Before its row comes, or it would lie where no month is.
                _partitions.Ensure(target.Connection, row.Integer(eventTime));
            }

            if (_rows.Written.Length >= ChunkBytes)
            {
                Send(table, copied);
                isBegun = false;
            }
        }

        row.Reset();
        if (isBegun)
        {
            Send(table, copied);
        }

        target.Analyze(table);
    }

    /// <summary>Reads the table on both sides, as it is there now.</summary>
    /// <exception cref="StoreCopyException">They differ.</exception>
    public CopiedCount Verify(CopiedTable table)
    {
        Say(CopyStep.Verify, table, 0);
        var wanted = Digest(table);
        var found = target.Digest(table, _rows, rows => SayNow(table, rows));
        if (found.Rows != wanted.Rows || found.ToString() != wanted.ToString())
        {
            throw new StoreCopyException(string.Create(
                CultureInfo.InvariantCulture,
                $"{table.Name}: expected {wanted.Rows:N0} rows with digest {wanted}, found {found.Rows:N0} with {found}; {CopyTarget.StartOver}"));
        }

        return new CopiedCount(table.Name, found.Rows, found.ToString());
    }

    private static int TimeColumn(CopiedTable table)
    {
        for (var i = 0; table.Name == Payments && i < table.Columns.Count; i++)
        {
            if (table.Columns[i].Name == PaymentTime)
            {
                return i;
            }
        }

        return -1;
    }

    private RowDigest Digest(CopiedTable table)
    {
        var digest = new RowDigest();
        var row = source.Read(table);
        while (row.Step())
        {
            _rows.Drop();
            CopiedRow.Write(row, table, _rows);
            digest.Add(_rows.Written);
            SayNow(table, digest.Rows);
        }

        row.Reset();
        return digest;
    }

    private void Send(CopiedTable table, long copied)
    {
        _rows.End();
        target.Write(table, _rows.Written);
        Say(CopyStep.Copy, table, copied);
    }

    private void SayNow(CopiedTable table, long rows)
    {
        if (rows % RowsBetween == 0)
        {
            Say(CopyStep.Verify, table, rows);
        }
    }

    private void Say(CopyStep step, CopiedTable table, long rows)
    {
        stop.ThrowIfCancellationRequested();
        progress(new CopyProgress(step, table.Name, rows));
    }
}
