using System.Text;
using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;

namespace Fraud.Http.Routing;

/// <summary>Numbers, texts and explanations as they travel between nodes.</summary>
internal static class ForwardValues
{
    // A model's inputs are features of the profile and the 30 columns of the card data set.
    private const int MaxInputs = 1_024;

    public static void Write(StateWriter writer, Explanation? explanation)
    {
        writer.Unsigned((ulong)(explanation?.Inputs.Count ?? 0));
        if (explanation is not null)
        {
            WriteDouble(writer, explanation.Bias);
            foreach (var input in explanation.Inputs)
            {
                WriteString(writer, input.Name);
                WriteFloat(writer, input.Value);
                WriteDouble(writer, input.LogOdds);
            }
        }
    }

    public static Explanation? ReadExplanation(ref StateReader reader)
    {
        var count = reader.Unsigned();
        if (count == 0)
        {
            return null;
        }

        if (count > MaxInputs)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected at most {MaxInputs} contributions");
        }

        var bias = ReadDouble(ref reader);
        var inputs = new Contribution[count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Contribution(ReadString(ref reader), ReadFloat(ref reader), ReadDouble(ref reader));
        }

        return new Explanation(bias, inputs);
    }

    public static void WriteDouble(StateWriter writer, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        for (var shift = 0; shift < 64; shift += 8)
        {
            writer.Byte((byte)(bits >> shift));
        }
    }

    public static double ReadDouble(ref StateReader reader)
    {
        ulong bits = 0;
        for (var shift = 0; shift < 64; shift += 8)
        {
            bits |= (ulong)reader.Byte() << shift;
        }

        return BitConverter.UInt64BitsToDouble(bits);
    }

    public static void WriteFloat(StateWriter writer, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        writer.Byte((byte)bits);
        writer.Byte((byte)(bits >> 8));
        writer.Byte((byte)(bits >> 16));
        writer.Byte((byte)(bits >> 24));
    }

    public static float ReadFloat(ref StateReader reader)
    {
        uint bits = reader.Byte();
        bits |= (uint)reader.Byte() << 8;
        bits |= (uint)reader.Byte() << 16;
        bits |= (uint)reader.Byte() << 24;
        return BitConverter.UInt32BitsToSingle(bits);
    }

    public static void WriteString(StateWriter writer, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        writer.Unsigned((ulong)utf8.Length);
        foreach (var value in utf8)
        {
            writer.Byte(value);
        }
    }

    public static string ReadString(ref StateReader reader)
    {
        var length = reader.Unsigned();
        if (length > ForwardCodec.MaxBytes)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected a text of at most {ForwardCodec.MaxBytes} bytes");
        }

        var utf8 = new byte[length];
        for (var i = 0; i < utf8.Length; i++)
        {
            utf8[i] = reader.Byte();
        }

        return Encoding.UTF8.GetString(utf8);
    }
}
