using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Security.SignIns;

/// <summary>How failed sign-ins are slowed and told. Part "SignIns" of config section "Security".</summary>
public sealed class SignInOptions
{
    /// <summary>Failures in <see cref="Window"/> from one address, or with the id of one key, from which on the answer is 429.</summary>
    // A person who pastes the wrong key tries a few times; a client with an old one repeats each request a few times more.
    [Range(1, 1_000_000)]
    public int MaxFailures { get; set; } = 20;

    /// <summary>How long failures count together, and how often one address or key has an entry in the audit log.</summary>
    // What a person waits for without giving up.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Addresses that are remembered, and as many keys. Those beyond are counted together and not slowed.</summary>
    // Some 300 bytes each: 3 MB, however many addresses a flood comes from.
    [Range(1, 1_000_000)]
    public int MaxSources { get; set; } = 10_000;

    /// <summary>How often failures are logged and written to the audit log.</summary>
    // Within seconds, and hundreds of failures in one entry.
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most entries each time: the sources with the most failures one each, all others together in the last.</summary>
    // Two a second at worst, about 40 MB of audit log in a day of attack from everywhere.
    [Range(2, 1_000)]
    public int MaxEntries { get; set; } = 10;

    internal IEnumerable<string> Mistakes(string section)
    {
        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), wrong, validateAllProperties: true);
        return wrong.Select(mistake => $"{section}: {mistake.ErrorMessage}");
    }
}
