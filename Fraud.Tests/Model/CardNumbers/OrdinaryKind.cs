namespace Fraud.Tests.Model.CardNumbers;

/// <summary>A kind of identifier or text that comes with ordinary payments and is no card number.</summary>
/// <param name="Name">Unique among all kinds.</param>
/// <param name="Description">What it is, and how near to a card number it comes.</param>
/// <param name="Fields">Where it comes.</param>
/// <param name="Write">A new one; the same for the same draws.</param>
internal sealed record OrdinaryKind(string Name, string Description, WrittenIn Fields, Func<Random, string> Write)
{
    /// <summary>Whole groups of its digits can by chance be a valid number of a scheme: no one can tell them apart by looking.</summary>
    public bool MayLookLikeOne { get; init; }
}
