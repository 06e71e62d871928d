namespace Fraud.Tests.Model.CardNumbers;

/// <summary>The check digits that numbers of this kind end with.</summary>
internal static class CheckDigits
{
    /// <summary>ISO/IEC 7812 (Luhn): cards, IMEI, SIM cards, French and South African numbers.</summary>
    public static string WithLuhn(string body) => body + LuhnOf(body);

    public static char LuhnOf(string body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[body.Length - 1 - i] - '0';
            sum += i % 2 == 0 ? (digit * 2 / 10) + (digit * 2 % 10) : digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>GS1: EAN, ISBN-13, GTIN and SSCC. Threes and ones by turns from the right.</summary>
    public static string WithGs1(string body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
            sum += (body[body.Length - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
        return body + (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>ISO 7064 (mod 97-10) as IBANs have it: between the country and the account.</summary>
    public static string Iban(string country, string account)
    {
        var rest = 0;
        foreach (var c in account + country + "00")
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + (c - '0')) % 97 : ((rest * 100) + (c - 'A' + 10)) % 97;
        return $"{country}{98 - rest:00}{account}";
    }
}
