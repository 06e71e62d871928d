using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Training;

/// <summary>Training that is asked for over HTTP. Config section "Training".</summary>
public sealed class TrainingSettings
{
    public const string Section = "Training";

    /// <summary>What to train on when a request names nothing else; requests may name other files of its folder.</summary>
    [Required]
    public string DataFile { get; set; } = "data/handbook_transactions.csv.gz";

    /// <summary>Where jobs work and are remembered.</summary>
    [Required]
    public string WorkFolder { get; set; } = "data/training";

    /// <summary>Where new versions wait to be put in service; empty: "staged" in the served model's folder.</summary>
    public string StagingFolder { get; set; } = "";

    /// <summary>The trainer; empty: the fraud program beside this service.</summary>
    public string Program { get; set; } = "";

    /// <summary>A job that takes longer is ended.</summary>
    // The handbook's five months take 20 s on two cores; an hour is room for a hundred times that.
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How far the trainer stands back for others, as nice(1) takes it: 19 is furthest.</summary>
    [Range(0, 19)]
    public int Nice { get; set; } = 15;

    /// <summary>Jobs that are remembered; the oldest ended one goes first.</summary>
    [Range(1, 10_000)]
    public int KeepJobs { get; set; } = 50;
}
