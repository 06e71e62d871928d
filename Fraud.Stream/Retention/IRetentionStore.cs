using Fraud.Stream.Storage;

namespace Fraud.Stream.Retention;

/// <summary>Removes what is over age.</summary>
/// <remarks>The calls block and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public interface IRetentionStore
{
    /// <summary>Begins to remove; one process of all that share the store does so at a time.</summary>
    /// <returns>Null: another does.</returns>
    IRetentionPass? TryBegin(RetentionOptions options);

    /// <summary>Rows of a kind that would leave.</summary>
    OverAge Count(RetainedKind kind, long beforeMs);
}

/// <summary>One caller at a time.</summary>
public interface IRetentionPass : IDisposable
{
    /// <summary>Removes some of what is over age, in one transaction. Goes on behind what it looked at before.</summary>
    /// <param name="beforeMs">What is older, milliseconds since 1970 UTC, is over age.</param>
    RetentionStep Remove(RetainedKind kind, long beforeMs);
}

/// <param name="Removed">Rows; of payments with their ids one each, of cases without their events.</param>
/// <param name="IsLast">Nothing more is over age.</param>
public readonly record struct RetentionStep(long Removed, bool IsLast);

/// <param name="BeforeMs">From which time on the store really keeps them: it may be earlier than the age says.</param>
public readonly record struct OverAge(long Rows, long BeforeMs);
