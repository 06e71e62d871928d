using Fraud.Model;

namespace Fraud.Http.Stripe;

/// <summary>Stripe's smallest units and ours: mostly the same, and not where it left a currency as it once was.</summary>
internal static class StripeAmounts
{
    // https://docs.stripe.com/currencies: no decimals; ISO 4217 knows them with two.
    private static readonly string[] WithoutDecimals = ["MGA"];

    // Likewise: two decimals, always zero; ISO 4217 knows them with none.
    private static readonly string[] WithTwoDecimals = ["ISK", "UGX"];

    /// <summary>Minor units of the currency as ISO 4217 counts them.</summary>
    public static long ToMinor(long stripe, Currency currency)
    {
        var code = currency.ToString();
        long units = WithoutDecimals.Contains(code) ? 1 : WithTwoDecimals.Contains(code) ? 100 : currency.MinorUnits;
        return units == currency.MinorUnits ? stripe : (long)((decimal)stripe * currency.MinorUnits / units);
    }
}
