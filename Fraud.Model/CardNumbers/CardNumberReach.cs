namespace Fraud.Model.CardNumbers;

/// <summary>How far the detector goes. A group is digits with nothing between them.</summary>
public enum CardNumberReach
{
    /// <summary>A number begins and ends where a group does. Zeros in front of it and an expiry date behind it may belong to its group.</summary>
    WholeGroups,

    /// <summary>
    /// A number may also be part of a group: its first digits, its last 16, what is behind its length, and in more than 19 digits
    /// any. For identifiers and texts, where taking too much costs less than keeping a number.
    /// </summary>
    InsideGroups,

    /// <summary>
    /// As <see cref="InsideGroups"/>, but neither decimal fractions nor groups that are a date or a clock are part of one: a payment's
    /// record may hold thirty numbers such as -1.3598071336738172, and log lines hold times and measurements.
    /// </summary>
    Records,
}
