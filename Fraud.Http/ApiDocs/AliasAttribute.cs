namespace Fraud.Http.ApiDocs;

/// <summary>Another name of a field, which its description names: not listed by itself.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AliasAttribute : Attribute;

/// <summary>A field that cannot be left out, unless it comes by another name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededAttribute : Attribute;
