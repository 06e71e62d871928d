using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// Tokens that were found good, by their SHA-256: a signature costs a hundred times as much as looking it up, and
/// neither tokens nor the time that comparing them takes can leak from here. Thread-safe.
/// </summary>
internal sealed class TokenCache
{
    // Some 400 bytes each. Only tokens that were found good get in, so nobody else can fill it.
    private const int MaxTokens = 10_000;

    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();

    /// <param name="set">The key set that the tokens were checked with; another one knows none of them.</param>
    public Caller? Find(in Digest token, JwkSet set, long nowMs) =>
        _entries.TryGetValue(token, out var entry) && ReferenceEquals(entry.Set, set) && nowMs < entry.ValidUntilMs ? entry.Caller : null;

    public void Add(in Digest token, JwkSet set, long validUntilMs, Caller caller)
    {
        if (_entries.Count >= MaxTokens)
        {
            // Those in use come back with their next request.
            _entries.Clear();
        }

        _entries[token] = new Entry(set, validUntilMs, caller);
    }

    private sealed record Entry(JwkSet Set, long ValidUntilMs, Caller Caller);

    /// <summary>SHA-256 of a token.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
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
