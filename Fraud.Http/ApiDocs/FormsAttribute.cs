namespace Fraud.Http.ApiDocs;

/// <summary>A body that may come in several forms: each property of the type is one of them, and the type itself is none.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FormsAttribute : Attribute;
