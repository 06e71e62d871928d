namespace Fraud.Stream.Retention;

/// <summary>How long what is stored is kept. Config section "Storage:Retention". An age of zero keeps it for ever.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Storage:Retention";

    /// <summary>The tables themselves refuse to lose an entry of the audit log that is younger.</summary>
    public static readonly TimeSpan AuditYear = TimeSpan.FromDays(365);

    // Ten times the longest that a law is known to ask for: beyond it a slip of the pen is more likely.
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(36_500);

    // Senders may repeat an event by hand for so long (Stripe's page of events).
    private static readonly TimeSpan LeastWebhookEvents = TimeSpan.FromDays(30);

    /// <summary>
    /// Payments by their event time, with their labels, cases and comparisons. In PostgreSQL months leave whole, so up to a month later.
    /// </summary>
    // Kept unless told otherwise: what has left cannot be had again, and how long it may or must stay is a matter of law and contract.
    public TimeSpan Payments { get; set; }

    /// <summary>Entries of the audit log. At least a year.</summary>
    // Kept: PCI DSS asks for twelve months, other rules for more, and entries are few.
    public TimeSpan Audit { get; set; }

    /// <summary>Ids of events of other systems, by which one that comes again is known.</summary>
    // Stripe sends again for three days, and lets people do so by hand for 30.
    public TimeSpan WebhookEvents { get; set; } = TimeSpan.FromDays(35);

    /// <summary>Pause between two looks for what is over age.</summary>
    // Ages are days. A look reads the rows' file of SQLite once (a million payments: 270 MB), and nearly nothing of PostgreSQL.
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Rows that one transaction removes.</summary>
    // Some 30 ms on SQLite with ids in no order, as long as rows are written at once: labels and cases wait no longer for it.
    public int StepRows { get; set; } = 1_000;

    /// <summary>Pause between two such transactions.</summary>
    // About as long as one takes, so that writers have half of the time; 10,000 rows/s leave, more than come.
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>In PostgreSQL, how long the lock is waited for by which a month leaves; reads and rows of payments wait behind it.</summary>
    // Half of what who asks for a payment by its id waits for its row (ReadModel:ReadWait).
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The age of a kind; null where it is kept.</summary>
    public TimeSpan? AgeOf(RetainedKind kind) => kind switch
    {
        RetainedKind.Audit => Set(Audit),
        RetainedKind.WebhookEvents => Set(WebhookEvents),
        _ => Set(Payments),
    };

    /// <summary>What is wrong with these, a text each, without the section.</summary>
    public IEnumerable<(string Setting, string Text)> Mistakes()
    {
        if (Payments < TimeSpan.Zero || Payments > LongestAge)
        {
            yield return (nameof(Payments), $"expected 00:00:00 (kept) to {LongestAge:c}");
        }

        if (Audit != TimeSpan.Zero && (Audit < AuditYear || Audit > LongestAge))
        {
            yield return (nameof(Audit), $"expected 00:00:00 (kept), or {AuditYear:c} to {LongestAge:c}: the audit log keeps a year at least");
        }

        if (WebhookEvents != TimeSpan.Zero && (WebhookEvents < LeastWebhookEvents || WebhookEvents > LongestAge))
        {
            yield return (nameof(WebhookEvents), $"expected 00:00:00 (kept), or {LeastWebhookEvents:c} to {LongestAge:c}: for so long senders may repeat them");
        }

        if (Interval < TimeSpan.FromSeconds(1) || Interval > TimeSpan.FromDays(7))
        {
            yield return (nameof(Interval), "expected 00:00:01 to 7.00:00:00");
        }

        if (StepRows is < 1 or > 100_000)
        {
            yield return (nameof(StepRows), "expected 1 to 100000");
        }

        if (Pause < TimeSpan.Zero || Pause > TimeSpan.FromMinutes(1))
        {
            yield return (nameof(Pause), "expected 00:00:00 to 00:01:00");
        }

        if (LockTimeout < TimeSpan.FromMilliseconds(10) || LockTimeout > TimeSpan.FromMinutes(1))
        {
            yield return (nameof(LockTimeout), "expected 00:00:00.010 to 00:01:00");
        }
    }

    private static TimeSpan? Set(TimeSpan age) => age == TimeSpan.Zero ? null : age;
}
