namespace Fraud.Http.Idempotency;

/// <summary>
/// Keys of this node: those whose request is in progress, and the answers of those that are done. Bounded in
/// number, bytes and age; what is done longest is forgotten first. Thread-safe.
/// </summary>
/// <remarks>One lock: it is held for a look-up, and only requests with a key come here.</remarks>
internal sealed class KeyedAnswers(IdempotencyOptions options, TimeProvider time)
{
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly LinkedList<Entry> _done = [];
    private readonly Lock _lock = new();
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Bytes of the answers that are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Claims a key. Whoever starts it ends it with <see cref="Complete"/> or <see cref="Abandon"/>.</summary>
    /// <param name="request">Digest of what is asked.</param>
    /// <param name="answer">Set when there is one already.</param>
    public KeyState Begin(UInt128 key, UInt128 request, out KeyedAnswer? answer)
    {
        answer = null;
        lock (_lock)
        {
            ForgetOld();
            if (_entries.TryGetValue(key, out var entry))
            {
                answer = entry.Answer;
                return entry.Request != request ? KeyState.OtherRequest
                    : answer is null ? KeyState.InProgress
                    : KeyState.Done;
            }

            if (_entries.Count >= options.MaxKeys && !ForgetOldest())
            {
                return KeyState.Full;
            }

            _entries.Add(key, new Entry(key, request));
            return KeyState.Started;
        }
    }

    public void Complete(UInt128 key, KeyedAnswer answer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                return;
            }

            if (answer.Body.Length > options.MaxAnswerBytes)
            {
                _entries.Remove(key);
                return;
            }

            entry.Answer = answer;
            entry.DoneAt = time.GetTimestamp();
            _bytes += answer.Body.Length;
            _done.AddLast(entry);
            while (_bytes > options.MaxBytes && ForgetOldest())
            {
            }
        }
    }

    /// <summary>There is no answer to keep; the key is as good as new.</summary>
    public void Abandon(UInt128 key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private void ForgetOld()
    {
        while (_done.First is { } oldest && time.GetElapsedTime(oldest.Value.DoneAt) >= options.Retention)
        {
            ForgetOldest();
        }
    }

    private bool ForgetOldest()
    {
        if (_done.First is not { } oldest)
        {
            return false;
        }

        _done.RemoveFirst();
        _entries.Remove(oldest.Value.Key);
        _bytes -= oldest.Value.Answer!.Body.Length;
        return true;
    }

    private sealed class Entry(UInt128 key, UInt128 request)
    {
        public UInt128 Key { get; } = key;

        public UInt128 Request { get; } = request;

        public KeyedAnswer? Answer { get; set; }

        public long DoneAt { get; set; }
    }
}

/// <summary>An answer as it is given again.</summary>
internal sealed record KeyedAnswer(string? ContentType, string? Node, byte[] Body);

internal enum KeyState
{
    /// <summary>The key is new: carry the request out.</summary>
    Started,

    /// <summary>The same request is being carried out.</summary>
    InProgress,

    /// <summary>The same request was carried out.</summary>
    Done,

    /// <summary>The key belongs to another request.</summary>
    OtherRequest,

    /// <summary>As many requests with keys are in progress as may be.</summary>
    Full,
}
