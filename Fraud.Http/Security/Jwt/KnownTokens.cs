using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// Tokens that were found good, by their SHA-256, until they end or the keys change. Neither tokens nor the time that
/// comparing them takes can leak from here. Thread-safe.
/// </summary>
/// <remarks>The benchmark in docs/security.md says what it saves: the library has none, and checks each signature again.</remarks>
internal sealed class KnownTokens(SigningKeys keys, JwtOptions options, TimeProvider time)
{
    // Some 400 bytes each. Only tokens that were found good get in, so no one else can fill it.
    private const int MaxTokens = 10_000;

    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();

    /// <summary>Whose token the request brings, where that is known.</summary>
    public Caller? Find(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } sent] && sent.StartsWith(SchemeSelector.Bearer, StringComparison.OrdinalIgnoreCase)
            ? Find(sent.AsSpan(SchemeSelector.Bearer.Length).Trim())
            : null;

    public Caller? Find(ReadOnlySpan<char> token) =>
        token.Length <= BearerTokenHandler.MaxBytes && Ascii.IsValid(token)
        && _entries.TryGetValue(Digest.Of(token), out var entry)
        && ReferenceEquals(entry.Set, keys.Current)
        && time.GetUtcNow().UtcDateTime - options.ClockSkew < entry.ValidTo
            ? entry.Caller
            : null;

    public void Add(JsonWebToken token, Caller caller)
    {
        // The keys may have changed since it was checked.
        var set = keys.Current;
        if (!set.Keys.Any(key => ReferenceEquals(key.Key, token.SigningKey)))
        {
            return;
        }

        if (_entries.Count >= MaxTokens)
        {
            // Those in use come back with their next request.
            _entries.Clear();
        }

        _entries[Digest.Of(token.EncodedToken)] = new Entry(set, token.ValidTo, caller);
    }

    private sealed record Entry(KeySet Set, DateTime ValidTo, Caller Caller);

    /// <summary>SHA-256 of a token.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        /// <param name="token">ASCII.</param>
        public static Digest Of(ReadOnlySpan<char> token)
        {
            var bytes = ArrayPool<byte>.Shared.Rent(token.Length);
            Digest digest = default;
            SHA256.HashData(
                bytes.AsSpan(0, Encoding.ASCII.GetBytes(token, bytes)), MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref digest, 1)));
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
            return digest;
        }
    }
}
