using System.Runtime.CompilerServices;

namespace Fraud.Tests.Support;

/// <summary>Gives a key of card tokens to whatever the tests start, in this process or another: PostgreSQL takes none by default.</summary>
internal static class TestTokenKey
{
    public const string Hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("CardNumbers__TokenKey", Hex);
}
