using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Poison;

/// <summary>Payments that fail the graph whenever they run (rule 19 of docs/decisions/0011). Config section "Poison".</summary>
public sealed class PoisonOptions
{
    public const string Section = "Poison";

    /// <summary>A payment whose batch failed the graph this often runs in a batch of its own. If that fails too, the payment is refused.</summary>
    // Once may be an accident of the moment, such as memory that ran out. It comes twice to the same payment if the payment is the reason.
    [Range(1, 100)]
    public int FailuresBeforeAlone { get; set; } = 2;

    /// <summary>Payments that are remembered; the one that failed longest ago is forgotten first.</summary>
    // Sixteen of PostgreSQL's groups, 200 bytes each: 3 MB.
    [Range(1, 1_000_000)]
    public int MaxPayments { get; set; } = 16_384;

    /// <summary>How long a payment is remembered after it failed. One over HTTP may be tried again then.</summary>
    // Sixty of the longest pauses between two starts of the graph, and soon after a model was put right.
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Remember { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Most payments that are refused in a row, with none stored in between. After that the graph fails until one passes.</summary>
    // Where nothing passes, the model or the store is at fault, and refusing payments one by one would empty a topic into its dead letters.
    [Range(1, 100_000)]
    public int MaxInRow { get; set; } = 16;
}
