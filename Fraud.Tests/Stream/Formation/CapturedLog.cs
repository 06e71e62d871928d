using System.Collections.Concurrent;
using Akka.Event;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Keeps warnings, for tests that wait for one.</summary>
internal sealed class CapturedLog() : LoggingAdapterBase(DefaultLogMessageFormatter.Instance)
{
    public ConcurrentQueue<string> Warnings { get; } = new();

    public override bool IsDebugEnabled => false;

    public override bool IsInfoEnabled => false;

    public override bool IsWarningEnabled => true;

    public override bool IsErrorEnabled => true;

    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null)
    {
        if (logLevel == LogLevel.WarningLevel)
        {
            Warnings.Enqueue(message.ToString() ?? "");
        }
    }
}
