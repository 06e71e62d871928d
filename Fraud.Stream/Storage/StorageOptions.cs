using System.ComponentModel.DataAnnotations;
using Fraud.Stream.Retention;

namespace Fraud.Stream.Storage;

/// <summary>Where results live. Config section "Storage".</summary>
public sealed class StorageOptions : IValidatableObject
{
    public const string Section = "Storage";

    /// <summary>Sqlite: files, one node. Postgres: for production and several nodes.</summary>
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    /// <summary>The SQLite file of rows, beside which others lie; its folder is made when missing.</summary>
    [Required]
    public string SqliteFile { get; set; } = "data/fraud.db";

    /// <summary>With SQLite, where the journal is: what commits write, and histories are rebuilt from. Beside <see cref="SqliteFile"/>.</summary>
    public string JournalFile => Path.ChangeExtension(SqliteFile, null) + "-journal.db";

    /// <summary>With SQLite, the file of what is kept as events beside the payments; empty: "events.db" beside <see cref="SqliteFile"/>.</summary>
    public string EventsFile { get; set; } = "";

    /// <summary>
    /// Normal: a stored result survives the death of the process, not always a power failure.
    /// Full: it survives both, at the price of a disk flush a commit.
    /// </summary>
    public SqliteSynchronous SqliteSynchronous { get; set; } = SqliteSynchronous.Normal;

    /// <summary>Connection string of PostgreSQL. Holds a password: give it through the environment (Storage__Postgres).</summary>
    public string Postgres { get; set; } = "";

    /// <summary>
    /// How long a locked SQLite file is waited for before the commit counts as failed. In PostgreSQL how long a lock is waited for; what
    /// commits payments or claims a shard waits two seconds at most.
    /// </summary>
    // Longer than a checkpoint of a large log takes; the sink tries again anyway.
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections for people's questions (lists of flagged payments, the alert stream), beside those of the graph.</summary>
    // A question takes milliseconds; more at once would only compete with commits for the disk.
    [Range(1, 64)]
    public int ReadConnections { get; set; } = 4;

    /// <summary>Longest that such a question may take, and wait for its connection.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Share of approved payments whose journal keeps what the model was given, chosen by their ids; of flagged ones all do.
    /// </summary>
    // 132 bytes each, twice what else a page has of a payment. All else computes them again; a sample is for comparing: of 200,000 payments
    // 10,000.
    [Range(0.0, 1.0)]
    public double FeatureSample { get; set; } = 0.05;

    /// <summary>How long what is stored is kept.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>The same settings for another SQLite file.</summary>
    internal StorageOptions ForFile(string path)
    {
        var other = (StorageOptions)MemberwiseClone();
        other.SqliteFile = path;
        return other;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind == StoreKind.Postgres && string.IsNullOrWhiteSpace(Postgres))
        {
            yield return new ValidationResult(
                $"{Section}:Postgres: expected a connection string, because {Section}:Kind is Postgres", [nameof(Postgres)]);
        }

        foreach (var (setting, text) in Retention.Mistakes())
        {
            yield return new ValidationResult($"{RetentionOptions.Section}:{setting}: {text}", [$"{nameof(Retention)}:{setting}"]);
        }
    }
}

public enum StoreKind
{
    Sqlite,
    Postgres,
}

public enum SqliteSynchronous
{
    Normal = 1,
    Full = 2,
}
