namespace Fraud.Client;

/// <summary>Which models, or versions of which models, to find.</summary>
public sealed record RegistrySearch
{
    /// <summary>Conditions on the name: =, !=, LIKE, ILIKE, joined by AND, such as <c>name LIKE 'pay%'</c>; null: all.</summary>
    public string? Filter { get; init; }

    /// <summary>True: models from the last name to the first.</summary>
    public bool IsDescending { get; init; }

    /// <summary>Most items of a page; null: the service's default.</summary>
    public int? MaxResults { get; init; }

    /// <summary>The next page's token, as the page before told it; null: the first page.</summary>
    public string? PageToken { get; init; }
}
