namespace Fraud.Tests.Model.CardNumbers;

/// <summary>How the number stands among what is around it: how much a reader must do to see it.</summary>
internal enum SpellingForm
{
    /// <summary>No other digit stands straight before or after it: it begins and ends where a group of digits does.</summary>
    Separate,

    /// <summary>Other digits stand straight before or after it: only who tries the parts of a longer run sees it.</summary>
    InsideLongerRun,

    /// <summary>What stands between its digits is an escape with letters and digits of its own: only who decodes it sees it.</summary>
    Encoded,
}

/// <summary>One way in which a card number comes to be written in a text field.</summary>
/// <param name="Name">Unique among all spellings.</param>
/// <param name="Reason">Where it is seen.</param>
/// <param name="Fields">Where it fits by length and characters.</param>
/// <param name="Write">From the number's digits to the text; the same for the same draws.</param>
internal sealed record Spelling(string Name, string Reason, WrittenIn Fields, Func<string, Random, string> Write)
{
    public SpellingForm Form { get; init; } = SpellingForm.Separate;

    /// <summary>The lengths of numbers that are written so; empty for all.</summary>
    public int[] Lengths { get; init; } = [];

    /// <summary>Takes an encoded text back to what a person would have read.</summary>
    public Func<string, string> Decode { get; init; } = text => text;
}
