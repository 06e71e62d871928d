using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Audit;

/// <summary>How reads of flagged payments come into the audit log. Config section "Audit".</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>How long reads of one caller with one filter, or of one payment, are counted before they become an entry.</summary>
    // A review page asks every few seconds: one entry a minute for each person who looks, instead of twenty.
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan ReadInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Entries that may wait. From half of them on they are written at once; when all of them wait, because the store is away or
    /// slow, reads are refused with 503: what cannot be recorded is not shown.
    /// </summary>
    // Some 500 bytes each.
    [Range(2, 1_000_000)]
    public int MaxReadsWaiting { get; set; } = 2_000;
}
