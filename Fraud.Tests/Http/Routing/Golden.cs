using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Routing;

/// <summary>Messages between nodes as earlier versions wrote them, in Fraud.Tests/Fixtures/messages as hexadecimal digits.</summary>
internal static class Golden
{
    public static byte[] Bytes(string name) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", "messages", name + ".hex")).Trim());
}
