using Confluent.Kafka;

namespace Fraud.Stream.Ingest;

/// <summary>
/// The key of the record that was read last, in one buffer that is used again: only dead letters need it
/// kept. Its deserializer and its value are the same object.
/// </summary>
internal sealed class RecordKey : IDeserializer<RecordKey>
{
    private byte[] _buffer = new byte[64];
    private int _length;

    public RecordKey Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (data.Length > _buffer.Length)
        {
            _buffer = new byte[data.Length];
        }

        data.CopyTo(_buffer);
        _length = data.Length;
        return this;
    }

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();
}
