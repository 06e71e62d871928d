using System.Buffers;
using System.IO.Pipelines;
using Fraud.Http.Edge;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Scoring;

/// <summary>The whole body of a request, up to a limit, without a copy where it came in one piece.</summary>
internal readonly struct RequestBody(PipeReader reader, ReadOnlySequence<byte> bytes, bool isTooLarge)
{
    public bool IsTooLarge => isTooLarge;

    /// <summary>Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();

    public static async ValueTask<RequestBody> Read(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
        {
            return new RequestBody(context.Request.BodyReader, default, isTooLarge: true);
        }

        var reader = context.Request.BodyReader;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var read = BodyRead.Next(reader);
                if (!read.IsCompleted)
                {
                    timer ??= StopAfter(context, reader);
                }

                var result = await read;
                if (result.IsCanceled)
                {
                    reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    throw new BadHttpRequestException("body: expected within Edge:BodyTimeout", StatusCodes.Status408RequestTimeout);
                }

                if (result.Buffer.Length > limit)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return new RequestBody(reader, default, isTooLarge: true);
                }

                if (result.IsCompleted)
                {
                    return new RequestBody(reader, result.Buffer, isTooLarge: false);
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        finally
        {
            if (timer is not null)
            {
                // Waits for a call that is under way: a late one would cancel what the next request of the connection reads.
                await timer.DisposeAsync();
            }
        }
    }

    public void Release()
    {
        if (!isTooLarge)
        {
            reader.AdvanceTo(bytes.End);
        }
    }

    /// <summary>Instead of <see cref="Release"/>: whoever reads next finds the same bytes.</summary>
    public void Rewind()
    {
        if (!isTooLarge)
        {
            reader.AdvanceTo(bytes.Start);
        }
    }

    // Kestrel's least speed is an average: half a megabyte sent at once would buy half an hour of silence. Only a
    // body that is not there at once costs a timer.
    private static ITimer StopAfter(HttpContext context, PipeReader reader)
    {
        var services = context.RequestServices;
        return services.GetRequiredService<TimeProvider>().CreateTimer(
            static reader => BodyRead.End((PipeReader)reader!),
            reader,
            services.GetRequiredService<EdgeOptions>().BodyTimeout,
            Timeout.InfiniteTimeSpan);
    }
}
