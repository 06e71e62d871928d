using System.Globalization;
using System.Text;

namespace Fraud.Cli.Load;

/// <summary>Bodies with more than one payment.</summary>
internal static class LoadBodies
{
    /// <summary>Each payment's id is the request's with a number behind it; cards are spread likewise.</summary>
    public static byte[] Batch(int payments)
    {
        var body = new StringBuilder("""{"batch_id":"{id}","transactions":[""");
        for (var i = 0; i < payments; i++)
        {
            body.Append(i == 0 ? "" : ",").Append(
                CultureInfo.InvariantCulture,
                $$$"""{"transaction_id":"{id}-{{{i}}}","card_id":"{card}-{{{i}}}","terminal_id":"load-terminal","amount":12.34}""");
        }

        return Encoding.UTF8.GetBytes(body.Append("]}").ToString());
    }
}
