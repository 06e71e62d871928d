namespace Fraud.Http.Problems;

/// <summary>A feature of requests that were refused because more came than there is room for.</summary>
internal sealed class ShedRequest
{
    public static readonly ShedRequest Mark = new();

    private ShedRequest()
    {
    }
}
