namespace Fraud.Tests.Support;

/// <summary>
/// Tests beside which no other runs, after all others: they read a figure of the whole process, its memory for one,
/// change what the whole process has, its environment, or hold a time against a bar.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
