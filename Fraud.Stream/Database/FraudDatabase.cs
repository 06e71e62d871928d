using Fraud.Stream.Storage;

namespace Fraud.Stream.Database;

/// <summary>
/// The tables that people, models and jobs use, which no payment waits for: SQLite or PostgreSQL, by the same queries. A class of queries
/// for each family takes it (<c>KeyQueries</c>, <c>CaseQueries</c>). Owned by its store.
/// </summary>
/// <remarks>The calls block, may come from any thread, and throw <see cref="StoreUnavailableException"/> when they may succeed later.</remarks>
public abstract class FraudDatabase
{
    /// <summary>
    /// People's questions: <see cref="StorageOptions.ReadConnections"/> connections of their own, and each statement ends within
    /// <see cref="StorageOptions.ReadTimeout"/>.
    /// </summary>
    internal abstract T Ask<T>(Func<FraudDb, T> question);

    /// <summary>What the service itself reads; it waits for no writer and no question.</summary>
    internal abstract T Read<T>(Func<FraudDb, T> work);

    /// <summary>Runs the work in one transaction; an exception or false leaves nothing of it.</summary>
    /// <param name="exclusion">Those who name the same one come one after the other, over all nodes; null: as the rows that it touches say.</param>
    internal abstract bool TryWrite(Func<FraudDb, bool> work, Exclusion? exclusion = null);

    /// <summary>Runs the work in one transaction; an exception leaves nothing of it.</summary>
    internal T Write<T>(Func<FraudDb, T> work, Exclusion? exclusion = null)
    {
        var result = default(T);
        TryWrite(
            db =>
            {
                result = work(db);
                return true;
            },
            exclusion);
        return result!;
    }
}

/// <summary>What is done by one at a time.</summary>
internal enum Exclusion
{
    /// <summary>Changes of the model registry.</summary>
    Registry,
}
