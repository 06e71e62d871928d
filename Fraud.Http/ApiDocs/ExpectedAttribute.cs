namespace Fraud.Http.ApiDocs;

/// <summary>What a field should be, as refusals name it: "one of NEW, FRAUD".</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExpectedAttribute(string words) : Attribute
{
    public string Words => words;
}
