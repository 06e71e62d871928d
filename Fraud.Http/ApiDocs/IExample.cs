namespace Fraud.Http.ApiDocs;

/// <summary>A type that shows how it looks. The document takes the examples of its fields from it, too.</summary>
internal interface IExample<TSelf>
    where TSelf : IExample<TSelf>
{
    static abstract TSelf Example { get; }
}
