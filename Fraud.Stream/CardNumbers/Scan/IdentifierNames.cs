using System.Globalization;
using System.Text.RegularExpressions;
using Fraud.Model;
using Fraud.Model.CardNumbers;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>What identifiers that hold a card number are called instead.</summary>
/// <remarks>
/// A token follows from the identifier and the key alone, so each place gets the same one, whenever it is mended. Where a row has that
/// token already, "_2" is put behind it: two rows stay two.
/// </remarks>
internal sealed partial class IdentifierNames : IReplacement
{
    private readonly CardTokens? _tokens;
    private readonly IReadOnlySet<string> _numbered;

    // Behind tokens of payments, and behind all others.
    private readonly (string Payments, string Others) _suffix;

    private IdentifierNames(CardTokens? tokens, IReadOnlySet<string> numbered, (string Payments, string Others) suffix) =>
        (_tokens, _numbered, _suffix) = (tokens, numbered, suffix);

    /// <summary>For looking only: all names are the same asterisks.</summary>
    public static IdentifierNames None { get; } = new(null, new HashSet<string>(), ("", ""));

    public static IdentifierNames Of(CardTokenKey key) => new(new CardTokens(key), new HashSet<string>(), ("", ""));

    /// <summary>The same, with payments that are numbered already.</summary>
    public IdentifierNames With(IEnumerable<string> payments) =>
        new(_tokens, payments.Where(static payment => Numbered().IsMatch(payment)).ToHashSet(StringComparer.Ordinal), _suffix);

    public IReplacement Again(int number, bool isOfPayment)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_{number}");
        return new IdentifierNames(_tokens, _numbered, isOfPayment ? (suffix, "") : ("", suffix));
    }

    public static bool HoldsNumber(string id) => CardNumberDetector.Contains(id, CardNumberReach.InsideGroups);

    public bool Holds(IdentifierKind kind, string id) => HoldsNumber(id);

    public bool Holds(IdentifierKind kind, in ShortText id) => CardNumberDetector.Contains(id.Utf8, CardNumberReach.InsideGroups);

    public string NameOf(IdentifierKind kind, string id) => kind == IdentifierKind.Payment ? OfPayment(id) : OfOther(id);

    public string Text(string text) => CardMask.Apply(text);

    public byte[] Record(byte[] record)
    {
        var copy = record.AsSpan().ToArray();
        return CardMask.Apply(copy, CardNumberReach.Records) ? copy : record;
    }

    private string OfPayment(string id)
    {
        var token = Token(id);
        return _suffix.Payments.Length > 0 || !_numbered.Contains(token + "_2") ? token + _suffix.Payments : token + "_2";
    }

    /// <summary>Name of anything else whose identifier holds a number.</summary>
    public string OfOther(string id) => Token(id) + _suffix.Others;

    private string Token(string id) => _tokens?.Of(id) ?? "***";

    [GeneratedRegex("^tok_[a-z]{6}_[a-z]{40}_2$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Numbered();
}
