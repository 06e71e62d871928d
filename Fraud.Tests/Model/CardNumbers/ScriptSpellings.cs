using static Fraud.Tests.Model.CardNumbers.Grouping;
using static Fraud.Tests.Model.CardNumbers.WrittenIn;

namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Numbers in the decimal digits of other scripts, as keyboards of their countries and typesetting give them.</summary>
internal static class ScriptSpellings
{
    /// <summary>The zero of a script; its other digits follow.</summary>
    private static readonly int[] Zeros =
    [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20,
        0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
        0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0,
        0x11730, 0x118E0, 0x16A60, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
    ];

    public static readonly Spelling[] All =
    [
        Script("full-width digits", "Chinese and Japanese keyboards", 0xFF10),
        Script("Arabic-Indic digits", "Arabic keyboards", 0x0660),
        Script("Persian digits", "Persian and Urdu keyboards", 0x06F0),
        Script("Devanagari digits", "Hindi, Marathi and Nepali keyboards", 0x0966),
        Script("Bengali digits", "Bengali keyboards", 0x09E6),
        Script("Gurmukhi digits", "Punjabi keyboards", 0x0A66),
        Script("Gujarati digits", "Gujarati keyboards", 0x0AE6),
        Script("Oriya digits", "Odia keyboards", 0x0B66),
        Script("Tamil digits", "Tamil keyboards", 0x0BE6),
        Script("Telugu digits", "Telugu keyboards", 0x0C66),
        Script("Kannada digits", "Kannada keyboards", 0x0CE6),
        Script("Malayalam digits", "Malayalam keyboards", 0x0D66),
        Script("Thai digits", "Thai keyboards", 0x0E50),
        Script("Lao digits", "Lao keyboards", 0x0ED0),
        Script("Tibetan digits", "Tibetan keyboards", 0x0F20),
        Script("Burmese digits", "Burmese keyboards", 0x1040),
        Script("Khmer digits", "Khmer keyboards", 0x17E0),
        Script("Mongolian digits", "Mongolian keyboards", 0x1810),
        Script("N'Ko digits", "West African keyboards", 0x07C0),
        Script("bold mathematical digits", "names and notes in bold on social media", 0x1D7CE),
        Script("double-struck mathematical digits", "the same, double-struck", 0x1D7D8),
        Script("sans-serif mathematical digits", "the same, without serifs", 0x1D7E2),
        Script("bold sans-serif mathematical digits", "the same, bold and without serifs", 0x1D7EC),
        Script("monospace mathematical digits", "the same, as if typewritten", 0x1D7F6),
        Script("segmented digits", "displays of terminals and pumps", 0x1FBF0),
        Script("Adlam digits", "Fulani keyboards, written from right to left", 0x1E950),
        new("digits of any one script", "every decimal digit that Unicode has", Anywhere, (digits, random) =>
            In(digits, random.Of<int>(Zeros))),
        new("groups of any one script", "the same with blanks", Anywhere, (digits, random) =>
            AsPrinted(digits, " ", random.Of<int>(Zeros))),
        new("grouped full-width digits", "Japanese forms", Anywhere, (digits, random) =>
            AsPrinted(digits, random.Of("\uFF0D", "\u3000", "\u30FB"), 0xFF10)),
        new("grouped Arabic-Indic digits", "Arabic receipts", Anywhere, (digits, random) =>
            AsPrinted(digits, random.Of(" ", "-", "\u066C", "\u00A0"), 0x0660)),
        new("grouped Devanagari digits", "Indian receipts", Anywhere, (digits, random) =>
            AsPrinted(digits, random.Of(" ", "-"), 0x0966)),
        new("a script for each group", "pasted together from several sources", Anywhere, (digits, random) =>
            string.Join(random.Of("", " ", "-"), Grouping.AsPrinted(digits).Select(group => In(group, random.Of<int>(['0', .. Zeros]))))),
        new("a script for each digit", "written to slip past a filter", WrittenIn.Note, (digits, random) =>
            string.Concat(digits.Select(digit => In(digit.ToString(), random.Of<int>(['0', .. Zeros]))))),
        new("one digit of another script", "a keyboard switched in the middle", Anywhere, (digits, random) =>
        {
            var at = random.Next(digits.Length);
            return digits[..at] + In(digits[at..(at + 1)], random.Of<int>(Zeros)) + digits[(at + 1)..];
        }),
        new("keycap emoji", "chat messages", WrittenIn.Note, (digits, _) =>
            string.Concat(digits.Select(digit => $"{digit}\uFE0F\u20E3"))),
        new("struck out", "a digit with a line through it, for each digit", WrittenIn.Note, (digits, _) =>
            string.Concat(digits.Select(digit => $"{digit}\u0336"))),
        new("underlined in Unicode", "chat messages", WrittenIn.Note, (digits, _) =>
            string.Concat(digits.Select(digit => $"{digit}\u0332"))),
        new("Arabic note", "a person's note with its digits", WrittenIn.Note, (digits, _) =>
            $"\u0631\u0642\u0645 \u0627\u0644\u0628\u0637\u0627\u0642\u0629: {In(digits, 0x0660)}\u061F"),
        new("Hindi note", "a person's note with its digits", WrittenIn.Note, (digits, _) =>
            $"कार्ड नंबर {AsPrinted(digits, " ", 0x0966)} है।"),
        new("Thai note", "digits straight behind letters", WrittenIn.Note, (digits, _) =>
            $"บัตรหมายเลข{In(digits, 0x0E50)}ค่ะ"),
    ];

    private static Spelling Script(string name, string reason, int zero) => new(name, reason, Anywhere, (digits, _) => In(digits, zero));

    private static string AsPrinted(string digits, string separator, int zero) =>
        string.Join(separator, Grouping.AsPrinted(digits).Select(group => In(group, zero)));

    private static string In(string digits, int zero) => string.Concat(digits.Select(digit => char.ConvertFromUtf32(zero + (digit - '0'))));
}
