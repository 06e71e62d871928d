using Fraud.Http.Security;
using Fraud.Stream.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Security;

public sealed class KeyDirectoryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly KeyDirectory _keys;

    public KeyDirectoryTests() => _keys = new KeyDirectory(new SecurityOptions(), _time);

    [Fact]
    public void Find_KeyThatEnds_IsFoundUntilThen()
    {
        var (id, text) = KeyText.Create();
        _keys.Set([Key(id, text) with { ExpiresAtMs = _time.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds() }]);
        Assert.Equal($"key:{id}", _keys.Find(text)?.RateKey);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(_keys.Find(text));
    }

    [Fact]
    public void Find_IdOfOneAndSecretOfAnother_IsNone()
    {
        var (one, two) = (KeyText.Create(), KeyText.Create());
        _keys.Set([Key(one.Id, one.Text), Key(two.Id, two.Text)]);

        Assert.NotNull(_keys.Find(two.Text));
        Assert.Null(_keys.Find(one.Text[..19] + two.Text[19..]));
        Assert.Null(_keys.Find(one.Id));
    }

    [Fact]
    public void Set_OnlyRevokedKeys_FindsNoneButKnowsThatThereWereSome()
    {
        var (id, text) = KeyText.Create();
        Assert.False(_keys.Loaded.IsCompleted);

        _keys.Set([Key(id, text) with { RevokedAtMs = 1 }]);

        Assert.Null(_keys.Find(text));
        Assert.True(_keys.HasStored);
        Assert.True(_keys.Loaded.IsCompleted);
    }

    private static StoredKey Key(string id, string text) => new(id, "name", Scopes.Score, KeyText.Hash(text), 0, null, null);
}
