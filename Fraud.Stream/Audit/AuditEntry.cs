using Fraud.Model.CardNumbers;
using LinqToDB.Mapping;

namespace Fraud.Stream.Audit;

/// <summary>Who changed what, and what came of it.</summary>
/// <param name="Id">Given by the store, ascending; 0 before.</param>
/// <param name="AtMs">Milliseconds since 1970 UTC.</param>
/// <param name="Actor">Such as "key 3f2a9c11d0b7 (gateway)".</param>
/// <param name="Action">Such as "key created".</param>
/// <param name="Subject">The thing it was done to, by its id.</param>
/// <param name="Outcome">"done", or why not.</param>
/// <param name="Detail">May be empty.</param>
[Table("audit")]
public sealed record AuditEntry(
    [property: Column("id"), PrimaryKey, Identity] long Id,
    [property: Column("at")] long AtMs,
    [property: Column("actor", CanBeNull = false)] string Actor,
    [property: Column("action", CanBeNull = false)] string Action,
    [property: Column("subject", CanBeNull = false)] string Subject,
    [property: Column("outcome", CanBeNull = false)] string Outcome,
    [property: Column("detail", CanBeNull = false)] string Detail)
{
    public const string Done = "done";

    /// <summary>Most characters of each text but <see cref="Detail"/>: what people read in a list; a longer one is cut.</summary>
    public const int MaxField = 160;

    /// <summary>Most characters of <see cref="Detail"/>.</summary>
    public const int MaxDetail = 1_024;

    /// <summary>An entry to be written: card numbers are masked, texts are cut, and nothing in them steers a terminal.</summary>
    public static AuditEntry New(DateTimeOffset at, string actor, string action, string subject, string detail = "", string outcome = Done) => new(
        0, at.ToUnixTimeMilliseconds(), Clean(actor, MaxField), Clean(action, MaxField), Clean(subject, MaxField), Clean(outcome, MaxField),
        Clean(detail, MaxDetail));

    private static string Clean(string text, int longest)
    {
        // Masked before it is cut: half a card number would not be known for one.
        var masked = CardMask.Apply(text);
        var cut = masked.Length <= longest ? masked : masked[..(longest - 1)] + "…";
        return cut.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !cut.Any(static letter => char.IsControl(letter) || char.IsSurrogate(letter))
            ? cut
            : string.Create(cut.Length, cut, static (into, from) =>
            {
                for (var i = 0; i < into.Length; i++)
                {
                    // Half a pair, which cutting may leave, is no text that a database takes.
                    into[i] = char.IsControl(from[i]) || IsHalf(from, i) ? '?' : from[i];
                }
            });
    }

    private static bool IsHalf(string text, int at) =>
        char.IsHighSurrogate(text[at]) ? at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1])
        : char.IsLowSurrogate(text[at]) && (at == 0 || !char.IsHighSurrogate(text[at - 1]));
}
