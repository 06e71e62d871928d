using System.Globalization;
using System.Text;
using Fraud.Model;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Idempotency;

/// <summary>
/// What the key of a request means for its payments: those without an id get one made from caller and key, so
/// that every node, at any time, knows a repeat for the same payment.
/// </summary>
internal sealed class KeyedRequest(IdempotencyKey key)
{
    // 160 bits, in 47 characters with what says where the id comes from: room for "-999999" within 63.
    private const int DigestBytes = 20;

    private readonly string _id = "idem-" + Convert.ToHexStringLower(key.Digest.AsSpan(0, DigestBytes));

    /// <summary>The answer leaves something open that may be asked again: it is not kept.</summary>
    public bool IsLeftOpen { get; private set; }

    /// <summary>Of this request; null without a key.</summary>
    public static KeyedRequest? Of(HttpContext context) => context.Features.Get<KeyedRequest>();

    public void LeaveOpen() => IsLeftOpen = true;

    /// <param name="index">Place in the batch; null for a payment of its own.</param>
    public void GiveId(Transaction transaction, int? index = null)
    {
        if (!transaction.Id.IsEmpty)
        {
            return;
        }

        Span<byte> text = stackalloc byte[ShortText.Capacity];
        var length = Encoding.ASCII.GetBytes(_id, text);
        if (index is { } item)
        {
            text[length++] = (byte)'-';
            item.TryFormat(text[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        transaction.Id.TrySet(text[..length]);
    }
}
