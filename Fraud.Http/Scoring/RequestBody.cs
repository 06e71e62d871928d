using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

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
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
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

    public void Release()
    {
        if (!isTooLarge)
        {
            reader.AdvanceTo(bytes.End);
        }
    }
}
