using Fraud.Stream.Audit;
using Fraud.Stream.Registry;

namespace Fraud.Stream.Storage;

/// <summary>
/// The registry's tables and what is asked of them: the same SQL on SQLite and PostgreSQL, but for the marks of
/// parameters and two types. Changes are few and come one at a time.
/// </summary>
internal abstract class RegistryTables : IRegistryStore
{
    private const string InsertAudit = "INSERT INTO audit (at, actor, action, subject, outcome, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    private const string InsertChange =
        """
        INSERT INTO model_stages (model, version, from_stage, to_stage, changed_at, changed_by, reason, is_rollback, replaced)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """;

    /// <param name="id">Type of a column that numbers its rows.</param>
    /// <param name="blob">Type of bytes.</param>
    public static string Schema(string id, string blob) => $"""
        CREATE TABLE IF NOT EXISTS models (
            model       text PRIMARY KEY,
            created_at  bigint NOT NULL,
            description text NOT NULL
        );
        CREATE TABLE IF NOT EXISTS model_versions (
            position         {id},
            model            text NOT NULL,
            version          text NOT NULL,
            sha256           text NOT NULL,     -- of model.onnx
            stage            bigint NOT NULL,   -- 0 None, 1 Staging, 2 Production, 3 Archived
            created_at       bigint NOT NULL,
            stage_changed_at bigint NOT NULL,
            source           text NOT NULL,
            parent           text NOT NULL,     -- '' when there is none, or it is not known
            code_version     text NOT NULL,
            data_sha256      text NOT NULL,
            metrics          text NOT NULL,     -- JSON object
            UNIQUE (model, version)
        );
        CREATE UNIQUE INDEX IF NOT EXISTS model_versions_production ON model_versions (model) WHERE stage = 2;
        -- By content: what two versions have in common is there once.
        CREATE TABLE IF NOT EXISTS model_files (
            sha256  text PRIMARY KEY,
            content {blob} NOT NULL
        );
        CREATE TABLE IF NOT EXISTS model_version_files (
            model   text NOT NULL,
            version text NOT NULL,
            name    text NOT NULL,
            sha256  text NOT NULL,
            PRIMARY KEY (model, version, name)
        );
        CREATE TABLE IF NOT EXISTS model_aliases (
            model   text NOT NULL,
            alias   text NOT NULL,
            version text NOT NULL,
            PRIMARY KEY (model, alias)
        );
        -- Who moved what; never changed.
        CREATE TABLE IF NOT EXISTS model_stages (
            id          {id},
            model       text NOT NULL,
            version     text NOT NULL,
            from_stage  bigint NOT NULL,
            to_stage    bigint NOT NULL,
            changed_at  bigint NOT NULL,
            changed_by  text NOT NULL,
            reason      text NOT NULL,
            is_rollback bigint NOT NULL,
            replaced    text NOT NULL
        );
        """;

    public IReadOnlyList<StoredModel> Models() => Read(static session => session.Query(
        "SELECT model, created_at, description FROM models ORDER BY model",
        static row => new StoredModel(row.Text(0), row.Integer(1), row.Text(2))));

    public bool AddModel(StoredModel model, AuditEntry entry) => Write(session =>
    {
        var isNew = AddModel(session, model);
        if (isNew)
        {
            Audit(session, entry);
        }

        return isNew;
    });

    public IReadOnlyList<StoredVersion> Versions(string? model, string? version = null, ModelStage? stage = null) =>
        Read(session => session.Query(
            """
            SELECT model, version, sha256, stage, created_at, stage_changed_at, source, parent, code_version, data_sha256, metrics
            FROM model_versions
            WHERE (?1 = '' OR model = ?1) AND (?2 = '' OR version = ?2) AND (?3 < 0 OR stage = ?3) ORDER BY position DESC
            """,
            static row => new StoredVersion(
                row.Text(0), row.Text(1), row.Text(2), (ModelStage)row.Integer(3), row.Integer(4), row.Integer(5), row.Text(6),
                row.Text(7), row.Text(8), row.Text(9), row.Text(10)),
            model ?? "", version ?? "", stage is { } wanted ? (long)wanted : -1L));

    public bool Add(StoredVersion version, IReadOnlyList<ModelFile> files, AuditEntry? entry) => Write(session =>
    {
        AddModel(session, new StoredModel(version.Model, version.CreatedAtMs, ""));
        if (session.Run(
            """
            INSERT INTO model_versions (
                model, version, sha256, stage, created_at, stage_changed_at, source, parent, code_version, data_sha256, metrics)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE (SELECT count(*) FROM model_versions) < ?12
            ON CONFLICT (model, version) DO NOTHING
            """,
            version.Model, version.Version, version.Sha256, (long)version.Stage, version.CreatedAtMs, version.StageChangedAtMs,
            version.Source, version.Parent, version.CodeVersion, version.DataSha256, version.Metrics, (long)IRegistryStore.MaxVersions) == 0)
        {
            return false;
        }

        foreach (var file in files)
        {
            session.Run("INSERT INTO model_files (sha256, content) VALUES (?1, ?2) ON CONFLICT (sha256) DO NOTHING", file.Sha256, file.Content);
            session.Run(
                "INSERT INTO model_version_files (model, version, name, sha256) VALUES (?1, ?2, ?3, ?4)",
                version.Model, version.Version, file.Name, file.Sha256);
        }

        if (entry is not null)
        {
            Audit(session, entry);
        }

        return true;
    });

    public IReadOnlyList<StoredFile> Files(string model, string version)
    {
        // By name as programs order them, whatever the database's language.
        var files = Read(session => session.Query(
            """
            SELECT file.name, file.sha256, CAST(length(stored.content) AS bigint)
            FROM model_version_files AS file JOIN model_files AS stored ON stored.sha256 = file.sha256
            WHERE file.model = ?1 AND file.version = ?2
            """,
            static row => new StoredFile(row.Text(0), row.Text(1), row.Integer(2)),
            model, version));
        files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return files;
    }

    public byte[]? Content(string sha256) =>
        Read(session => session.Query("SELECT content FROM model_files WHERE sha256 = ?1", static row => row.Blob(0), sha256)).FirstOrDefault();

    public bool Move(StageMove move, AuditEntry entry) => Write(session =>
    {
        var change = move.Change;
        var stages = session.Query(
            "SELECT version, stage FROM model_versions WHERE model = ?1 AND (version = ?2 OR stage = 2)",
            static row => (Version: row.Text(0), Stage: (ModelStage)row.Integer(1)),
            change.Model, change.Version);
        var production = stages.Find(static one => one.Stage == ModelStage.Production).Version;
        if (!stages.Contains((change.Version, change.From)) || production != move.Production)
        {
            return false;
        }

        if (change.To == ModelStage.Production && production is not null)
        {
            Set(session, change with
            {
                Version = production,
                From = ModelStage.Production,
                To = ModelStage.Archived,
                IsRollback = false,
                Replaced = "",
            });
        }

        Set(session, change);
        Audit(session, entry);
        return true;
    });

    public IReadOnlyList<StageChange> History(string model) => Read(session => session.Query(
        """
        SELECT model, version, from_stage, to_stage, changed_at, changed_by, reason, is_rollback, replaced
        FROM model_stages WHERE model = ?1 ORDER BY id
        """,
        static row => new StageChange(
            row.Text(0), row.Text(1), (ModelStage)row.Integer(2), (ModelStage)row.Integer(3), row.Integer(4), row.Text(5), row.Text(6),
            row.Integer(7) != 0, row.Text(8)),
        model));

    public IReadOnlyList<StoredAlias> Aliases(string? model) => Read(session => session.Query(
        "SELECT model, alias, version FROM model_aliases WHERE ?1 = '' OR model = ?1 ORDER BY model, alias",
        static row => new StoredAlias(row.Text(0), row.Text(1), row.Text(2)),
        model ?? ""));

    public void SetAlias(StoredAlias alias, AuditEntry entry) => Write(session =>
    {
        session.Run(
            """
            INSERT INTO model_aliases (model, alias, version) VALUES (?1, ?2, ?3)
            ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version
            """,
            alias.Model, alias.Alias, alias.Version);
        Audit(session, entry);
        return true;
    });

    public bool RemoveAlias(string model, string alias, AuditEntry entry) => Write(session =>
    {
        var isThere = session.Run("DELETE FROM model_aliases WHERE model = ?1 AND alias = ?2", model, alias) > 0;
        if (isThere)
        {
            Audit(session, entry);
        }

        return isThere;
    });

    protected abstract T Read<T>(Func<IRegistrySession, T> work);

    /// <summary>One transaction; nobody else changes the registry meanwhile.</summary>
    protected abstract T Write<T>(Func<IRegistrySession, T> work);

    private static bool AddModel(IRegistrySession session, StoredModel model) => session.Run(
        "INSERT INTO models (model, created_at, description) VALUES (?1, ?2, ?3) ON CONFLICT (model) DO NOTHING",
        model.Name, model.CreatedAtMs, model.Description) > 0;

    private static void Set(IRegistrySession session, StageChange change)
    {
        session.Run(
            "UPDATE model_versions SET stage = ?3, stage_changed_at = ?4 WHERE model = ?1 AND version = ?2",
            change.Model, change.Version, (long)change.To, change.AtMs);
        session.Run(
            InsertChange, change.Model, change.Version, (long)change.From, (long)change.To, change.AtMs, change.Actor, change.Reason,
            change.IsRollback ? 1L : 0L, change.Replaced);
    }

    private static void Audit(IRegistrySession session, AuditEntry entry) =>
        session.Run(InsertAudit, entry.AtMs, entry.Actor, entry.Action, entry.Subject, entry.Outcome, entry.Detail);
}

/// <summary>A connection for the registry's statements, whose parameters are marked ?1, ?2 and so on.</summary>
internal interface IRegistrySession
{
    /// <returns>Rows written.</returns>
    int Run(string sql, params object[] values);

    List<T> Query<T>(string sql, Func<IRegistryRow, T> map, params object[] values);
}

/// <summary>A row that was read; columns from 0.</summary>
internal interface IRegistryRow
{
    string Text(int column);

    long Integer(int column);

    byte[] Blob(int column);

    /// <summary>A column of whatever type: text, a long, bytes or null.</summary>
    object? Value(int column);
}
