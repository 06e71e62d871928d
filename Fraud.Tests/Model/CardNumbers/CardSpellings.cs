using System.Text;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>
/// How card numbers come to be written, and what is no card number, made without looking at any detector: it is held against what
/// people and machines write, not against what it already finds.
/// </summary>
internal static class CardSpellings
{
    /// <summary>
    /// Every way to write a number. Left out is what loses a digit (1 read as l, a number rounded by a spreadsheet), since no whole
    /// number is in it, and digits spelled as words.
    /// </summary>
    public static readonly Spelling[] All =
    [
        .. SeparatorSpellings.All,
        .. InvisibleSpellings.All,
        .. ScriptSpellings.All,
        .. SurroundedSpellings.All,
        .. EmbeddedSpellings.All,
        .. RecordSpellings.All,
    ];

    public static readonly OrdinaryKind[] Ordinary = [.. OrdinaryIds.All, .. OrdinaryNumbers.All, .. OrdinaryTexts.All];

    private static readonly WrittenIn[] SingleFields =
        [WrittenIn.Card, WrittenIn.Customer, WrittenIn.Transaction, WrittenIn.Terminal, WrittenIn.Note];

    /// <summary>
    /// By turns one with a number and one without; every spelling and every kind as often as any other. The same seed, the same
    /// samples.
    /// </summary>
    public static IEnumerable<SpelledSample> Samples(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            yield return i % 2 == 0
                ? Written(All[i / 2 % All.Length], random)
                : Usual(Ordinary[i / 2 % Ordinary.Length], random);
        }
    }

    public static SpelledSample Written(Spelling spelling, Random random)
    {
        var field = Draw(spelling.Fields, random);

        // Four bytes a digit make sixteen digits too long for an id and fifteen not: another number is drawn until one fits.
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var digits = CardSchemes.Draw(random, spelling.Lengths);
            var text = spelling.Write(digits, random);
            if (Fits(text, field))
                return new(text, spelling.Name, field, IsCardNumber: true, digits, MayLookLikeOne: false, spelling.Form);
        }

        throw new InvalidOperationException($"No number spelled as '{spelling.Name}' fits into {field}.");
    }

    public static SpelledSample Usual(OrdinaryKind kind, Random random) =>
        new(kind.Write(random), kind.Name, Draw(kind.Fields, random), IsCardNumber: false, "", kind.MayLookLikeOne, SpellingForm.Separate);

    public static bool Fits(string text, WrittenIn field) => field == WrittenIn.Note
        ? text.Length <= FieldLimits.NoteCharacters
        : Encoding.UTF8.GetByteCount(text) <= FieldLimits.IdBytes && !text.Any(char.IsControl);

    private static WrittenIn Draw(WrittenIn fields, Random random) =>
        random.Of<WrittenIn>(SingleFields.Where(field => fields.HasFlag(field)).ToArray());
}
