using System.Collections.Concurrent;
using Akka.Actor;

namespace Fraud.Stream.Lifecycle;

/// <summary>
/// The parts of the engine that run under a supervisor: which there are, whether each is up, and since when not. Written by the parts,
/// read by readiness and people. Thread-safe.
/// </summary>
public sealed class EngineParts(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, EnginePart> _parts = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _leaving = [];

    public IReadOnlyCollection<EnginePart> All => [.. _parts.Values.OrderBy(static part => part.Name, StringComparer.Ordinal)];

    /// <summary>Parts that have been down for longer than a time; usually none.</summary>
    public IEnumerable<EnginePart> DownFor(TimeSpan longest) =>
        _parts.Values.Where(part => part.DownSince is { } since && time.GetElapsedTime(since) > longest);

    /// <summary>Ends of instances that were replaced or stopped, for the process to wait for before it lets go of what they use.</summary>
    public Task WhenLeft()
    {
        lock (_gate)
        {
            return Task.WhenAll(_leaving);
        }
    }

    /// <summary>An instance of a part begins; down until <see cref="Run"/>, since the one before was.</summary>
    internal void Begin(string part, IActorRef actor) => _parts.AddOrUpdate(
        part,
        name => new EnginePart(name, actor, time.GetTimestamp()),
        (_, before) => before with { Actor = actor, DownSince = before.DownSince ?? time.GetTimestamp() });

    internal void Run(string part, IActorRef actor) => Set(part, actor, downSince: null);

    internal void End(string part, IActorRef actor) => Set(part, actor, time.GetTimestamp());

    internal void Leaving(Task end)
    {
        lock (_gate)
        {
            _leaving.RemoveWhere(static left => left.IsCompleted);
            _leaving.Add(end);
        }
    }

    // An instance that ends late says nothing of the next one.
    private void Set(string part, IActorRef actor, long? downSince)
    {
        if (_parts.TryGetValue(part, out var current) && current.Actor.Path.Uid == actor.Path.Uid && current.Actor.Equals(actor))
        {
            _parts[part] = current with { DownSince = downSince };
        }
    }
}

/// <summary>A part of the engine.</summary>
/// <param name="DownSince">Timestamp; null while it is up.</param>
public sealed record EnginePart(string Name, IActorRef Actor, long? DownSince);
