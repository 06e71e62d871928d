using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <content>API keys and the audit log.</content>
public abstract partial class FraudStoreContract
{
    /// <summary>SQL that turns the tables into those of version 2, which had neither.</summary>
    protected abstract string SecondVersionOf();

    [Fact]
    public void AddKey_ReadKeys_GivesItBackAsItWas()
    {
        var (id, text) = KeyText.Create();
        var key = new StoredKey(id, "шлюз 'a'", Scopes.Score | Scopes.Admin, KeyText.Hash(text), 1_000, 2_000, null);
        var endless = Key("bbbbbbbbbbbb");

        Assert.True(Keys.Add(key, Entry("made")));
        Assert.True(Keys.Add(endless, Entry("made")));

        var read = Keys.All();
        Assert.Equal([id, "bbbbbbbbbbbb"], read.Select(static stored => stored.Id));
        Assert.Equal(key with { Hash = read[0].Hash }, read[0]);
        Assert.Equal(key.Hash, read[0].Hash);
        Assert.Null(read[1].ExpiresAtMs);
    }

    [Fact]
    public void RevokeKey_Twice_IsDoneAndAuditedOnce()
    {
        Keys.Add(Key("aaaaaaaaaaaa"), Entry("made"));
        var before = Keys.Version();

        Assert.True(Keys.Revoke("aaaaaaaaaaaa", 5_000, Entry("revoked")));
        Assert.False(Keys.Revoke("aaaaaaaaaaaa", 6_000, Entry("revoked")));
        Assert.False(Keys.Revoke("unknown", 6_000, Entry("revoked")));

        Assert.Equal(5_000, Assert.Single(Keys.All()).RevokedAtMs);
        Assert.NotEqual(before, Keys.Version());
        Assert.Equal(["revoked", "made"], Audit.Read(long.MaxValue, 10).Select(static entry => entry.Action));
    }

    [Fact]
    public void AddKey_AuditFails_AddsNoKey()
    {
        _ = Store.Count();
        Execute(BreakInserts("audit"));

        Assert.ThrowsAny<Exception>(() => Keys.Add(Key("aaaaaaaaaaaa"), Entry("made")));
        Assert.Empty(Keys.All());

        Execute(RepairInserts("audit"));
        Assert.True(Keys.Add(Key("aaaaaaaaaaaa"), Entry("made")));
    }

    [Fact]
    public void AddKey_IdTaken_LeavesTheFirst()
    {
        Keys.Add(Key("aaaaaaaaaaaa"), Entry("made"));

        Assert.ThrowsAny<Exception>(() => Keys.Add(Key("aaaaaaaaaaaa") with { Name = "other" }, Entry("made")));

        Assert.Equal("name", Assert.Single(Keys.All()).Name);
        Assert.Single(Audit.Read(long.MaxValue, 10));
    }

    [Fact]
    public void ReadAudit_PageByPage_GivesEachEntryOnceNewestFirst()
    {
        for (var i = 0; i < 7; i++)
        {
            Audit.Append(Entry($"action {i}"));
        }

        var read = new List<AuditEntry>();
        for (var page = Audit.Read(long.MaxValue, 3); page.Count > 0; page = Audit.Read(page[^1].Id, 3))
        {
            read.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(static i => $"action {i}"), read.Select(static entry => entry.Action));
        Assert.Equal(Entry("action 6") with { Id = read[0].Id }, read[0]);
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit")]
    public void Audit_ChangedInSql_IsRefused(string sql)
    {
        Audit.Append(Entry("done") with { AtMs = DateTimeOffset.UtcNow.AddDays(-364).ToUnixTimeMilliseconds() });

        Assert.Contains("append-only", Assert.ThrowsAny<Exception>(() => Execute(sql)).GetBaseException().Message, StringComparison.Ordinal);
        Assert.Equal("actor", Assert.Single(Audit.Read(long.MaxValue, 10)).Actor);
    }

    [Fact]
    public void Open_TablesOfTheSecondVersion_KeepsAllAndAddsKeys()
    {
        Commit([FromKafka(0, Paid("a", offset: 1))]);
        var journal = Ids(Journal()).ToArray();
        Execute(SecondVersionOf());

        using var upgraded = Reopen();
        new KeyQueries(upgraded.Database).Add(Key("aaaaaaaaaaaa"), Entry("made"));

        Assert.Single(new KeyQueries(upgraded.Database).All());
        Assert.Equal(journal, Ids(Journal()));
        Assert.Equal(1, upgraded.ReadHeads().Single(static row => row.Shard == 0).Sequence);
    }

    private KeyQueries Keys => new(Store.Database);

    private AuditQueries Audit => new(Store.Database);

    private static StoredKey Key(string id) => new(id, "name", Scopes.Score, new byte[KeyText.HashBytes], 2_000, null, null);

    private static AuditEntry Entry(string action) => AuditEntry.New(DateTimeOffset.UnixEpoch, "actor", action, "subject", "detail");
}
