namespace Fraud.Tests.Model.CardNumbers;

/// <summary>Numbers that schemes and payment providers publish for tests. No card has one of them.</summary>
internal static class PublishedCardNumbers
{
    public static string[] All { get; } =
    [
        "4111111111111111", "4012888888881881", "4222222222222", "4000000000000000006", // Visa
        "5555555555554444", "5105105105105100", "2221000000000009", "2223003122003222", "2720990000000007", // Mastercard
        "378282246310005", "371449635398431", // American Express
        "6011111111111117", "6011000990139424", // Discover
        "30569309025904", "38520000023237", "36227206271667", // Diners Club
        "3530111333300000", "3566002020360505", // JCB
        "6200000000000005", "6205500000000000004", // UnionPay
        "6759649826438453", "6799990100000000019", "6304000000000000", // Maestro
        "2200000000000004", "2201382000000013", // Mir
        "5060666666666666666", // Verve
        "5066991111111118", "6362970000457013", // Elo
        "6062825624254001", // Hipercard
        "5019717010103742", // Dankort
        "9792030394440796", // Troy
    ];

    public static TheoryData<string> Theory { get; } = [.. All];
}
