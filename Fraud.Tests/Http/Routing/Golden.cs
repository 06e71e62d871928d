using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Routing;

/// <summary>Messages between nodes as earlier versions wrote them, in Fraud.Tests/Fixtures/messages as hexadecimal digits.</summary>
internal static class Golden
{
    private static readonly string folder = Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", "messages");

    /// <summary>All that are kept.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(folder, "*.hex").Select(static file => Path.GetFileNameWithoutExtension(file));

    public static byte[] Bytes(string name) => Convert.FromHexString(File.ReadAllText(Path.Combine(folder, name + ".hex")).Trim());
}
