using System.Buffers.Binary;

namespace Fraud.Faults.Cluster;

/// <summary>
/// The log beside a SQLite file, as a power cut may leave it: without some of its last frames. What was copied into the file stays, because
/// the log is flushed before that (sqlite.org/walformat.html).
/// </summary>
public static class WriteAheadLog
{
    private const int LogHeader = 32;
    private const int FrameHeader = 24;

    // In the index beside the log: frames in it, frames that were copied, frames that were about to be.
    private const int Frames = 16;
    private const int Copied = 96;
    private const int CopyBegun = 128;

    /// <summary>Takes from none to all of the frames that were not copied yet, and returns how many. No process has the file open.</summary>
    public static int Cut(string file, Random random)
    {
        var index = File.ReadAllBytes(file + "-shm");
        var frames = (int)BitConverter.ToUInt32(index, Frames);
        var kept = Math.Max((int)BitConverter.ToUInt32(index, Copied), (int)BitConverter.ToUInt32(index, CopyBegun));
        using var log = File.Open(file + "-wal", FileMode.Open, FileAccess.ReadWrite);
        Span<byte> header = stackalloc byte[LogHeader];
        log.ReadExactly(header);
        var pageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var left = random.Next(kept, frames + 1);
        log.SetLength(LogHeader + ((long)left * (FrameHeader + pageSize)));
        return frames - left;
    }
}
