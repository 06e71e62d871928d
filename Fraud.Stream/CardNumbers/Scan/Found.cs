namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Which kinds of places of one value hold card numbers.</summary>
[Flags]
internal enum Found
{
    Nothing = 0,
    Identifier = 1,
    Text = 2,
}
