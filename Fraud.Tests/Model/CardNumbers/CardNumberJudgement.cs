using System.Globalization;
using System.Text;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>What the default settings make of the list: what is missed, and what ordinary payments pay for it.</summary>
internal sealed class CardNumberJudgement
{
    private readonly CardNumberGuard _guard = Guards.New();
    private readonly Dictionary<string, Spelling> _spellings = CardSpellings.All.ToDictionary(static spelling => spelling.Name, StringComparer.Ordinal);

    /// <summary>Spellings of which a number was kept, with an example.</summary>
    public SortedDictionary<string, string> Missed { get; } = new(StringComparer.Ordinal);

    /// <summary>Ordinary identifiers that were refused though a reader who knows every scheme sees no number in them.</summary>
    public List<string> RefusedWithoutNumber { get; } = [];

    /// <summary>What became of each ordinary kind.</summary>
    public SortedDictionary<string, Outcomes> Ordinary { get; } = new(StringComparer.Ordinal);

    public int CardNumbers { get; private set; }

    public void Judge(SpelledSample sample)
    {
        if (sample.IsCardNumber)
        {
            CardNumbers++;
            if (IsKept(sample))
                Missed[sample.Name] = $"{sample.Field}: {sample.Text}";
            return;
        }

        var outcomes = Ordinary.GetValueOrDefault(sample.Name);
        if (sample.Field == WrittenIn.Note)
        {
            outcomes = outcomes with { Texts = outcomes.Texts + 1, Masked = outcomes.Masked + (_guard.Text(sample.Text) == sample.Text ? 0 : 1) };
        }
        else
        {
            var id = ShortText.From(sample.Text);
            var isTaken = TryTake(sample.Field, ref id);
            outcomes = outcomes with
            {
                Ids = outcomes.Ids + 1,
                Refused = outcomes.Refused + (isTaken ? 0 : 1),
                Replaced = outcomes.Replaced + (isTaken && id != ShortText.From(sample.Text) ? 1 : 0),
            };
            if (!isTaken && !WrittenDigits.Candidates(sample.Text).Any(SchemeRules.IsOne))
                RefusedWithoutNumber.Add($"{sample.Name}: {sample.Text}");
        }

        Ordinary[sample.Name] = outcomes;
    }

    /// <summary>The kinds of which something was refused, replaced or masked, as a table in Markdown, and all together.</summary>
    public string Table()
    {
        var table = new StringBuilder("| ordinary kind | identifiers | refused | became a token | texts | masked |\n|---|--:|--:|--:|--:|--:|\n");
        var all = default(Outcomes);
        foreach (var (name, one) in Ordinary)
        {
            all = new Outcomes(all.Ids + one.Ids, all.Refused + one.Refused, all.Replaced + one.Replaced, all.Texts + one.Texts, all.Masked + one.Masked);
            if (one.Refused + one.Replaced + one.Masked > 0)
                AddRow(name, one);
        }

        AddRow($"**all {Ordinary.Count} kinds**", all);
        return table.ToString();

        void AddRow(string name, Outcomes one) => table.Append(
            CultureInfo.InvariantCulture, $"| {name} | {one.Ids:N0} | {one.Refused} | {one.Replaced:N0} | {one.Texts:N0} | {one.Masked} |\n");
    }

    private bool TryTake(WrittenIn field, ref ShortText id) =>
        field is WrittenIn.Card or WrittenIn.Customer ? _guard.TryCard(ref id) : _guard.TryOther(ref id);

    private bool IsKept(SpelledSample sample)
    {
        if (sample.Field != WrittenIn.Note)
        {
            var id = ShortText.From(sample.Text);
            return TryTake(sample.Field, ref id) && id == ShortText.From(sample.Text);
        }

        // No digit is left to read, neither as it stands nor as what it stands for.
        var kept = _guard.Text(sample.Text)!;
        return WrittenDigits.All(kept).Contains(sample.Digits, StringComparison.Ordinal)
            || WrittenDigits.All(_spellings[sample.Name].Decode(kept)).Contains(sample.Digits, StringComparison.Ordinal);
    }

    internal readonly record struct Outcomes(int Ids, int Refused, int Replaced, int Texts, int Masked);
}
