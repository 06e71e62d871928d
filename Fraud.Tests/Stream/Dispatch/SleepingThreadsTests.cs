using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Fraud.Stream.Dispatch;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Dispatch;

/// <summary>The threads of a dispatcher: so many, in turn, none lost, and gone when it ends.</summary>
public sealed class SleepingThreadsTests
{
    private readonly ConcurrentQueue<Exception> _failures = new();

    [Fact]
    public async Task Execute_OneThread_RunsAllInTheirOrder()
    {
        var threads = New(1);
        var ran = new ConcurrentQueue<int>();
        for (var i = 0; i < 10_000; i++)
        {
            var number = i;
            threads.Execute(new Run(() => ran.Enqueue(number)));
        }

        await Poll.Until(() => ran.Count == 10_000);
        threads.Shutdown();
        Assert.Equal(Enumerable.Range(0, 10_000), ran);
    }

    /// <summary>Each wakes a sleeping thread: none is lost between the look at the queue and the sleep.</summary>
    [Fact]
    public async Task Execute_OneAtATime_IsRunThoughTheThreadsSleep()
    {
        var threads = New(2);
        for (var i = 0; i < 2_000; i++)
        {
            var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            threads.Execute(new Run(ran.SetResult));
            await ran.Task.WaitAsync(Poll.Deadline);
        }

        threads.Shutdown();
    }

    [Fact]
    public async Task Execute_AsManyAsThreads_RunSideBySideAndNoMore()
    {
        var threads = New(3);
        using var release = new ManualResetEventSlim();
        var (running, done) = (0, 0);
        for (var i = 0; i < 4; i++)
        {
            threads.Execute(new Run(() =>
            {
                Interlocked.Increment(ref running);
                Assert.True(release.Wait(Poll.Deadline));
                Interlocked.Increment(ref done);
            }));
        }

        await Poll.Until(() => Volatile.Read(ref running) == 3);
        release.Set();
        await Poll.Until(() => Volatile.Read(ref done) == 4);
        threads.Shutdown();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Execute_TaskFails_IsToldAndTheThreadGoesOn()
    {
        var threads = New(1);
        var failure = new InvalidOperationException("task");
        var ran = new TaskCompletionSource();
        threads.Execute(new Run(() => throw failure));
        threads.Execute(new Run(ran.SetResult));

        await ran.Task.WaitAsync(Poll.Deadline);

        Assert.Same(failure, Assert.Single(_failures));
        threads.Shutdown();
    }

    [Fact]
    public async Task Shutdown_RunsWhatWaitsTakesNoMoreAndEndsTheThreads()
    {
        var threads = New(2);
        using var release = new ManualResetEventSlim();
        var ran = new ConcurrentBag<Thread>();
        for (var i = 0; i < 6; i++)
        {
            threads.Execute(new Run(() =>
            {
                Assert.True(release.Wait(Poll.Deadline));
                ran.Add(Thread.CurrentThread);
            }));
        }

        threads.Shutdown();
        threads.Execute(new Run(() => Assert.Fail("taken after the end")));
        release.Set();

        await Poll.Until(() => ran.Count == 6 && ran.All(static thread => !thread.IsAlive));
        Assert.Empty(_failures);
    }

    /// <summary>Akka finds the class by the name in the configuration, and actors run on its threads.</summary>
    [Fact]
    public async Task Dispatcher_Configured_RunsActorsOnItsThreads()
    {
        var config = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }\n" + SleepingThreadsConfigurator.Dispatcher("test.quiet", 1));
        using var system = ActorSystem.Create("quiet", config);
        var actor = system.ActorOf(Props.Create(() => new ThreadName()).WithDispatcher("test.quiet"));

        Assert.Equal("test.quiet-1", await actor.Ask<string>("name", Poll.Deadline));
        await system.Terminate();
    }

    private SleepingThreads New(int count) => new("test", count, _failures.Enqueue);

    private sealed class Run(Action run) : IRunnable
    {
        void IRunnable.Run() => run();

        public void Execute() => run();
    }

    private sealed class ThreadName : ReceiveActor
    {
        public ThreadName() => Receive<string>(_ => Sender.Tell(Thread.CurrentThread.Name));
    }
}
