using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>The keys as this node knows them. Thread-safe; looking one up makes no object.</summary>
internal sealed class KeyDirectory
{
    private readonly TimeProvider _time;
    private readonly Known? _admin;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Keys? _keys;

    public KeyDirectory(SecurityOptions options, TimeProvider time)
    {
        _time = time;
        var hash = options.AdminKeyHash.Length > 0 ? Convert.FromHexString(options.AdminKeyHash)
            : options.AdminKey.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes(options.AdminKey))
            : null;
        if (hash is not null)
        {
            _admin = new Known(hash, long.MaxValue, new Caller(CallerKind.Key, "key of the environment", Scopes.All, "key:environment"));
        }
    }

    /// <summary>Completes when the store's keys are known for the first time.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Whether the store has, or ever had, a key: then callers must have one.</summary>
    public bool HasStored => _keys is { Any: true };

    public void Set(IReadOnlyList<StoredKey> keys)
    {
        _keys = new Keys(
            keys.Count > 0,
            keys.Where(static key => key.RevokedAtMs is null).ToFrozenDictionary(
                static key => key.Id,
                static key => new Known(
                    key.Hash,
                    key.ExpiresAtMs ?? long.MaxValue,
                    new Caller(CallerKind.Key, $"key {key.Id} ({key.Name})", key.Scopes, $"key:{key.Id}")),
                StringComparer.Ordinal));
        _loaded.TrySetResult();
    }

    /// <summary>Null when the key is unknown, revoked, expired or wrong: a caller is not told which.</summary>
    public Caller? Find(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > KeyText.MaxLength)
        {
            return null;
        }

        // Less than a microsecond, so no list of keys in clear is kept to save it.
        Span<byte> hash = stackalloc byte[KeyText.HashBytes];
        KeyText.Hash(text, hash);
        if (_admin is not null && CryptographicOperations.FixedTimeEquals(hash, _admin.Hash))
        {
            return _admin.Caller;
        }

        var id = KeyText.IdOf(text);
        return !id.IsEmpty && _keys is { } keys
            && keys.ById.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var known)
            && CryptographicOperations.FixedTimeEquals(hash, known.Hash)
            && _time.GetUtcNow().ToUnixTimeMilliseconds() < known.ExpiresAtMs
            ? known.Caller
            : null;
    }

    /// <summary>The id of a key that there is, of what a request brings as a key; empty when it names none.</summary>
    public string IdIn(IHeaderDictionary headers)
    {
        var sent = headers[Refusals.KeyHeader] is [{ } key] ? key
            : headers.Authorization is [{ } bearer] && bearer.StartsWith(SchemeSelector.Bearer, StringComparison.OrdinalIgnoreCase) ? bearer[SchemeSelector.Bearer.Length..]
            : "";
        var id = KeyText.IdOf(sent);
        return !id.IsEmpty && _keys is { } keys && keys.ById.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(id) ? id.ToString() : "";
    }

    private sealed record Known(byte[] Hash, long ExpiresAtMs, Caller Caller);

    private sealed record Keys(bool Any, FrozenDictionary<string, Known> ById);
}
