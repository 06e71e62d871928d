using Fraud.Http.Security;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Cases;

/// <summary>Who changes a case, as the record of it says: the one place that knows.</summary>
internal static class Actor
{
    public const string Anonymous = "anonymous";

    // Names are ours to give; this only keeps a strange one from filling the record.
    public const int Longest = 200;

    public static string Of(HttpContext context) =>
        Caller.Of(context) is { Kind: not CallerKind.Anonymous, Name: { Length: > 0 } name } ? name[..Math.Min(name.Length, Longest)] : Anonymous;
}
