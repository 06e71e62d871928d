using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Cases;

/// <summary>Lists of flagged payments and decisions about them. Config section "Cases".</summary>
public sealed class CasesOptions
{
    public const string Section = "Cases";

    /// <summary>Most characters of any note, whatever the setting was when it was written.</summary>
    public const int LongestNote = 100_000;

    /// <summary>Payments in a page when the caller names no number.</summary>
    [Range(1, 10_000)]
    public int DefaultLimit { get; set; } = 50;

    /// <summary>Most payments in a page.</summary>
    // About 600 bytes each.
    [Range(1, 10_000)]
    public int MaxLimit { get; set; } = 1_000;

    /// <summary>Largest offset. All that is passed over is read: beyond it, page by cursor.</summary>
    [Range(0, 1_000_000)]
    public int MaxOffset { get; set; } = 10_000;

    /// <summary>Longest note, in characters.</summary>
    [Range(0, LongestNote)]
    public int MaxNoteLength { get; set; } = 2_000;

    /// <summary>Refuse a change that does not say with If-Match what it was made upon (428).</summary>
    public bool RequireIfMatch { get; set; }
}
