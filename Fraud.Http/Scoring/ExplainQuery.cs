using System.Diagnostics.CodeAnalysis;
using Fraud.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary><c>?explain=true</c>: the caller wants reasons whatever the decision, and what each input contributed.</summary>
internal static class ExplainQuery
{
    public const string Name = "explain";

    private static readonly Problem Wrong = new(400, "Bad Request", $"{Name}: expected true or false")
    {
        Field = Name,
        Expected = "true or false",
    };

    public static bool TryRead(HttpRequest request, out bool isWanted, [NotNullWhen(false)] out Problem? wrong)
    {
        isWanted = false;
        wrong = null;
        // Most requests have no query: then nothing is parsed.
        if (!request.QueryString.HasValue || !request.Query.TryGetValue(Name, out var given))
        {
            return true;
        }

        if (given is ["true" or "1"])
        {
            isWanted = true;
        }
        else if (given is not ["false" or "0"])
        {
            wrong = Wrong;
            return false;
        }

        return true;
    }
}
