using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.State;

namespace Fraud.Stream.Erasure;

/// <summary>A card whose identifier is replaced by a random token that nothing leads back from.</summary>
/// <remarks>
/// The token is of the identifier's shard, so that rows, pages, histories and labels of the card stay together: each counts what it
/// counted, under another key.
/// </remarks>
internal sealed class ErasedCard : IReplacement
{
    private const string Prefix = "erased_";

    // As many letters as 128 random bits need, and a few more: no two cards share them.
    private const int Letters = 30;

    private readonly string[] _spellings;
    private readonly string _token;
    private readonly bool _isDistinctive;

    /// <param name="spellings">As it is stored, and as it may have been sent.</param>
    public ErasedCard(IReadOnlyCollection<string> spellings, ShardRouter router)
    {
        _spellings = [.. spellings.Distinct(StringComparer.Ordinal)];
        _token = Draw(router, router.ShardOf(Encoding.UTF8.GetBytes(_spellings[0])));
        _isDistinctive = _spellings.All(IsDistinctive);
    }

    /// <summary>Whether texts are searched for it: in them a short one, or a word, would be taken for what it is not.</summary>
    public static bool IsDistinctive(string id) => id.Length >= 16 || (id.Length >= 6 && id.Any(char.IsAsciiDigit));

    public bool Holds(IdentifierKind kind, string id) => kind == IdentifierKind.Card && _spellings.Contains(id, StringComparer.Ordinal);

    public bool Holds(IdentifierKind kind, in ShortText id)
    {
        if (kind == IdentifierKind.Card)
        {
            foreach (var spelling in _spellings)
            {
                if (id.Length == Encoding.UTF8.GetByteCount(spelling) && id.ToString() == spelling)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public string NameOf(IdentifierKind kind, string id) => _token;

    public string Text(string text) => _isDistinctive ? _spellings.Aggregate(text, (edited, spelling) => Words.Replace(edited, spelling, _token)) : text;

    /// <summary>A record's key is the card and nothing else; in its value the card is the string of a member, or a word.</summary>
    public byte[] Record(byte[] record)
    {
        var bytes = record;
        foreach (var spelling in _spellings)
        {
            var id = Encoding.UTF8.GetBytes(spelling);
            bytes = bytes.AsSpan().SequenceEqual(id) ? Encoding.UTF8.GetBytes(_token) : _isDistinctive ? Words.Replace(bytes, id, Encoding.UTF8.GetBytes(_token)) : bytes;
        }

        try
        {
            // Also where the sender wrote it with escapes.
            return JsonStrings.Edit(bytes, Member) ?? bytes;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A record that is no JSON, or holds what is no text.
            return bytes;
        }
    }

    public IReplacement Again(int number, bool isOfPayment) => this;

    private string Member(string member, string value) =>
        member is "card_id" or "customer_id" or "user_id" && _spellings.Contains(value, StringComparer.Ordinal) ? _token : Text(value);

    private static string Draw(ShardRouter router, int shard)
    {
        while (true)
        {
            var token = Prefix + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", Letters);
            if (router.ShardOf(Encoding.ASCII.GetBytes(token)) == shard)
            {
                return token;
            }
        }
    }
}
