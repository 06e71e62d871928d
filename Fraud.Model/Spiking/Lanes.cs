using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fraud.Model.Spiking;

/// <summary>
/// Sums over rows of floats, eight lanes at a time on every processor and never fused, so that a training gives
/// the same bytes whatever vector width the machine has.
/// </summary>
internal static class Lanes
{
    /// <summary>into += factor · values.</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> values, Span<float> into)
    {
        var wide = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var wideInto = MemoryMarshal.Cast<float, Vector256<float>>(into[..values.Length]);
        for (var i = 0; i < wide.Length; i++)
        {
            wideInto[i] += wide[i] * factor;
        }

        for (var i = wide.Length * Vector256<float>.Count; i < values.Length; i++)
        {
            into[i] += values[i] * factor;
        }
    }

    public static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var wideOne = MemoryMarshal.Cast<float, Vector256<float>>(one);
        var wideOther = MemoryMarshal.Cast<float, Vector256<float>>(other[..one.Length]);
        var sums = Vector256<float>.Zero;
        for (var i = 0; i < wideOne.Length; i++)
        {
            sums += wideOne[i] * wideOther[i];
        }

        // Lane by lane: how a processor adds lanes up is its own choice.
        var sum = 0f;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            sum += sums[lane];
        }

        for (var i = wideOne.Length * Vector256<float>.Count; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }
}
