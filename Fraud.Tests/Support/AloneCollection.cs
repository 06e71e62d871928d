namespace Fraud.Tests.Support;

/// <summary>
/// Tests that read a figure of the whole process, its memory for one: no other test runs beside them, whose garbage
/// the figure would contain.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
