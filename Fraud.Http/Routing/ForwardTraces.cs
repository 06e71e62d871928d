using System.Globalization;
using System.Text;
using Fraud.Stream.Tracing;

namespace Fraud.Http.Routing;

/// <summary>
/// Which payments of a request between nodes are traced. A header and no part of <see cref="ForwardCodec"/>, so that
/// nodes of another version understand each other and most requests say nothing.
/// </summary>
internal static class ForwardTraces
{
    // 61 bytes each; the head of a request may have Edge:MaxHeaderBytes, 32 kB.
    private const int Most = 64;

    /// <returns>Null when none is.</returns>
    public static string? Write(List<RoutedPayment> payments)
    {
        StringBuilder? text = null;
        var count = 0;
        for (var i = 0; i < payments.Count && count < Most; i++)
        {
            if (payments[i].TraceParent is { } parent)
            {
                (text ??= new StringBuilder()).Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{i}={parent}");
                count++;
            }
        }

        return text?.ToString();
    }

    /// <summary>Begins the traces that are named; what cannot be understood is passed over.</summary>
    public static void Read(string text, List<RoutedPayment> payments, PaymentTracer tracer)
    {
        foreach (var part in text.Split(',', Most + 1).Take(Most))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && int.TryParse(part.AsSpan(0, equals), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < payments.Count && payments[index].Payment is { Trace: null } payment)
            {
                tracer.BeginForwarded(payment, part[(equals + 1)..]);
            }
        }
    }
}
