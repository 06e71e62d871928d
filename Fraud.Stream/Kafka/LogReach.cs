namespace Fraud.Stream.Kafka;

/// <summary>Where reading goes on when the broker's log does not have the wanted offset (rule 28 of docs/decisions/0011).</summary>
/// <param name="Start">The offset to go on at.</param>
/// <param name="Missing">Records that are gone: the log starts behind the wanted offset.</param>
/// <param name="EndsBefore">The log ends before the wanted offset: the topic was deleted and created again, or the broker lost its end.</param>
internal readonly record struct LogReach(long Start, long Missing, bool EndsBefore)
{
    /// <param name="wanted">The offset that should come next; negative: any.</param>
    /// <param name="start">The log's first offset.</param>
    /// <param name="end">The offset that the log's next record gets.</param>
    /// <returns>Null when the log has the wanted offset, so that something else is wrong.</returns>
    public static LogReach? Of(long wanted, long start, long end)
    {
        if (wanted < start)
        {
            return new LogReach(start, wanted < 0 ? 0 : start - wanted, EndsBefore: false);
        }

        // From the start: records of a new topic must not be passed over, and repeated ones are recognised by their ids.
        return wanted > end ? new LogReach(start, 0, EndsBefore: true) : null;
    }
}
