using Fraud.Stream.Audit;
using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.Registry;

/// <summary>Names that people give to versions.</summary>
/// <inheritdoc cref="ModelQueries" path="/remarks"/>
public sealed class AliasQueries(FraudDatabase database)
{
    /// <summary>Aliases of a model.</summary>
    // People give them; a few are usual.
    public const int MaxAliases = 1_000;

    /// <param name="model">Null: of all models.</param>
    public IReadOnlyList<StoredAlias> Of(string? model) => database.Read(db =>
    {
        IQueryable<StoredAlias> aliases = db.GetTable<StoredAlias>();
        aliases = model is null ? aliases : aliases.Where(alias => alias.Model == model);
        return aliases.OrderBy(static alias => alias.Model).ThenBy(static alias => alias.Alias).ToList();
    });

    /// <summary>Names a version; the name may have been another's before.</summary>
    public void Set(StoredAlias alias, AuditEntry entry) => database.Write(
        db =>
        {
            db.InsertOrReplace(alias);
            return db.Insert(entry);
        },
        Exclusion.Registry);

    /// <returns>False when there was no such alias.</returns>
    public bool Remove(string model, string name, AuditEntry entry) => database.TryWrite(
        db =>
        {
            var isThere = db.GetTable<StoredAlias>().Where(alias => alias.Model == model && alias.Alias == name).Delete() > 0;
            if (isThere)
            {
                db.Insert(entry);
            }

            return isThere;
        },
        Exclusion.Registry);
}
