namespace Fraud.Stream.Storage;

/// <summary>The registry's tables: the same SQL on SQLite and PostgreSQL, but for two types.</summary>
internal static class RegistryTables
{
    public static string Sqlite { get; } = Schema("INTEGER PRIMARY KEY", "BLOB");

    public static string Postgres { get; } = Schema("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bytea");

    /// <param name="id">Type of a column that numbers its rows.</param>
    /// <param name="blob">Type of bytes.</param>
    private static string Schema(string id, string blob) => $"""
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
}
