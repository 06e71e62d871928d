using Fraud.Stream.Audit;
using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.Registry;

/// <summary>Models, their versions and stages. What is allowed is decided by <see cref="ModelRegistry"/>.</summary>
/// <remarks>The calls are those of <see cref="FraudDatabase"/>. Changes are few and come one at a time.</remarks>
public sealed class ModelQueries(FraudDatabase database)
{
    /// <summary>Versions of all models in one store.</summary>
    // One a day for 27 years; each some 100 kB of files.
    public const int MaxVersions = 10_000;

    /// <summary>Files of a version.</summary>
    // A model and its manifest; a few more beside them may be, a whole folder of something else is a mistake.
    public const int MaxFiles = 32;

    /// <summary>All models by name, those without versions too.</summary>
    public IReadOnlyList<StoredModel> Models() => database.Read(static db => db.GetTable<StoredModel>().OrderBy(static model => model.Name).ToList());

    /// <summary>Makes a model known before it has a version. False when it is.</summary>
    public bool AddModel(StoredModel model, AuditEntry entry) => database.TryWrite(
        db =>
        {
            var isNew = TryAdd(db, model);
            if (isNew)
            {
                db.Insert(entry);
            }

            return isNew;
        },
        Exclusion.Registry);

    /// <summary>Newest first.</summary>
    /// <param name="model">Null: of all models.</param>
    /// <param name="version">Null: all.</param>
    /// <param name="stage">Null: in any.</param>
    public IReadOnlyList<StoredVersion> Versions(string? model, string? version = null, ModelStage? stage = null) => database.Read(db =>
    {
        IQueryable<StoredVersion> versions = db.GetTable<StoredVersion>();
        versions = model is null ? versions : versions.Where(one => one.Model == model);
        versions = version is null ? versions : versions.Where(one => one.Version == version);
        versions = stage is null ? versions : versions.Where(one => one.Stage == stage);
        return versions.OrderByDescending(static one => Sql.Property<long>(one, "position")).ToList();
    });

    /// <summary>Adds a version with its files, in one transaction. A content that is there already is not written again.</summary>
    /// <param name="entry">Null: nothing is said of it in the audit log.</param>
    /// <returns>False when the version is there already, or there are <see cref="MaxVersions"/>.</returns>
    public bool Add(StoredVersion version, IReadOnlyList<ModelFile> files, AuditEntry? entry) => database.Write(
        db =>
        {
            TryAdd(db, new StoredModel(version.Model, version.CreatedAtMs, ""));
            var versions = db.GetTable<StoredVersion>();
            if (versions.Any(one => one.Model == version.Model && one.Version == version.Version) || versions.Count() >= MaxVersions)
            {
                return false;
            }

            db.Insert(version);
            foreach (var file in files)
            {
                db.GetTable<FileRow>().InsertOrUpdate(() => new FileRow(file.Sha256, file.Content), onDuplicateKeyUpdateSetter: null);
                db.Insert(new VersionFileRow(version.Model, version.Version, file.Name, file.Sha256));
            }

            if (entry is not null)
            {
                db.Insert(entry);
            }

            return true;
        },
        Exclusion.Registry);

    /// <summary>The files of a version, by name, without their contents.</summary>
    public IReadOnlyList<StoredFile> Files(string model, string version)
    {
        // By name as programs order them, whatever the database's language.
        var files = database.Read(db =>
            (from file in db.GetTable<VersionFileRow>()
             join stored in db.GetTable<FileRow>() on file.Sha256 equals stored.Sha256
             where file.Model == model && file.Version == version
             select new StoredFile(file.Name, file.Sha256, Sql.Length(stored.Content)!.Value)).ToList());
        files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return files;
    }

    /// <summary>A file's content by its digest; null when there is none.</summary>
    public byte[]? Content(string sha256) => database.Read(db =>
        db.GetTable<FileRow>().Where(file => file.Sha256 == sha256).Select(static file => file.Content).FirstOrDefault());

    /// <summary>
    /// Moves a version to another stage, and the one that is in Production to Archived when it takes its place; with their
    /// history and an entry in the audit log, in one transaction.
    /// </summary>
    /// <returns>False, and nothing done, when the stages are not as the move says they were.</returns>
    public bool Move(StageMove move, AuditEntry entry) => database.TryWrite(
        db =>
        {
            var change = move.Change;
            var stages = db.GetTable<StoredVersion>()
                .Where(one => one.Model == change.Model && (one.Version == change.Version || one.Stage == ModelStage.Production))
                .Select(static one => new { one.Version, one.Stage }).ToList();
            var production = stages.Find(static one => one.Stage == ModelStage.Production)?.Version;
            if (!stages.Exists(one => one.Version == change.Version && one.Stage == change.From) || production != move.Production)
            {
                return false;
            }

            if (change.To == ModelStage.Production && production is not null)
            {
                Set(db, change with
                {
                    Version = production,
                    From = ModelStage.Production,
                    To = ModelStage.Archived,
                    IsRollback = false,
                    Replaced = "",
                });
            }

            Set(db, change);
            db.Insert(entry);
            return true;
        },
        Exclusion.Registry);

    /// <summary>Every change of stage of a model's versions, oldest first.</summary>
    public IReadOnlyList<StageChange> History(string model) => database.Read(db =>
        db.GetTable<StageChange>().Where(change => change.Model == model).OrderBy(static change => Sql.Property<long>(change, "id")).ToList());

    private static bool TryAdd(FraudDb db, StoredModel model) => db.GetTable<StoredModel>().InsertOrUpdate(
        () => new StoredModel(model.Name, model.CreatedAtMs, model.Description), onDuplicateKeyUpdateSetter: null) > 0;

    private static void Set(FraudDb db, StageChange change)
    {
        db.GetTable<StoredVersion>().Where(one => one.Model == change.Model && one.Version == change.Version)
            .Set(static one => one.Stage, change.To).Set(static one => one.StageChangedAtMs, change.AtMs)
            .Update();
        db.Insert(change);
    }
}
