using Akka.Streams;
using Akka.Streams.Dsl;

namespace Fraud.Stream;

/// <summary>Runs stages on a dispatcher of their own, behind a boundary of their own.</summary>
internal static class StageAttributes
{
    public static Source<T, TMat> On<T, TMat>(this Source<T, TMat> stage, string dispatcher) => stage.AddAttributes(Behind(dispatcher, waiting: 1));

    public static Flow<TIn, TOut, TMat> On<TIn, TOut, TMat>(this Flow<TIn, TOut, TMat> stage, string dispatcher) =>
        stage.AddAttributes(Behind(dispatcher, waiting: 1));

    /// <param name="waiting">Elements that may wait in front of it.</param>
    // In a stage: a sink's boundary does not look at the size that its attributes give.
    public static Sink<T, TMat> On<T, TMat>(this Sink<T, TMat> stage, string dispatcher, int waiting) =>
        Flow.Create<T>().Buffer(waiting, OverflowStrategy.Backpressure).ToMaterialized(stage.AddAttributes(Behind(dispatcher, waiting: 1)), Keep.Right);

    // One element is fetched before it is asked for: with Akka's sixteen, what makes batches in front would make none.
    private static Attributes Behind(string dispatcher, int waiting) =>
        Attributes.CreateAsyncBoundary().And(ActorAttributes.CreateDispatcher(dispatcher)).And(Attributes.CreateInputBuffer(waiting, waiting));
}
