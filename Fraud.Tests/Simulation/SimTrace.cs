namespace Fraud.Tests.Simulation;

internal enum TraceKind
{
    Fault, Heal, Start, Stop, End, Exit, Up, Down,
    Claim, Claimed, Refused, Recovered, Open, Fenced, Drop, Release, GraphEnded, GraphStarted,
    Commit, Committed, Missing, Unknown, Heads, Lost, Snapshot, Saved,
    TakeBack, Dropped, RowsTaken, JournalRead, Rows, ReaderEnded, ReaderStarted, AlertsTaken, AlertsSaved,
    Submit, Attempt, Forward, Moved, Answer, Answered, Repeat, Fetch, Produce,
}

/// <summary>What happened: a running hash of everything and the last lines of it. Text is made only when asked for.</summary>
internal sealed class SimTrace
{
    private const int Kept = 64;
    private readonly Line[] _last = new Line[Kept];
    private long _count;

    public ulong Hash { get; private set; } = 0xCBF29CE484222325;

    public long Count => _count;

    public void Add(TimeSpan now, TraceKind kind, int node, int shard = -1, long a = 0, long b = 0)
    {
        _last[_count++ % Kept] = new Line(now, kind, node, shard, a, b);
        Mix(now.Ticks);
        Mix(((long)kind << 32) ^ (node << 16) ^ shard);
        Mix(a);
        Mix(b);
    }

    public IEnumerable<string> Last()
    {
        for (var i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            var (now, kind, node, shard, a, b) = _last[i % Kept];
            var (who, which) = (node < 0 ? "     " : $"node{node}", shard < 0 ? "" : $"shard {shard}");
            yield return $"{now.TotalSeconds,10:F4} s  {who} {kind,-12} {which,-8} {a} {b}";
        }
    }

    private readonly record struct Line(TimeSpan Now, TraceKind Kind, int Node, int Shard, long A, long B);

    private void Mix(long value) => Hash = (Hash ^ (ulong)value) * 0x100000001B3 + (Hash >> 29);
}
