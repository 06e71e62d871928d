namespace Fraud.Model.CardNumbers;

/// <summary>How far the detector goes into digits that stand together. A group is digits with nothing between them.</summary>
public enum CardNumberReach
{
    /// <summary>
    /// A number begins and ends where a group does. Zeros in front of it and an expiry date behind it may belong to its group.
    /// For identifiers, which are refused or replaced: part of a longer identifier is no card number.
    /// </summary>
    WholeGroups,

    /// <summary>
    /// A number may also be part of a group: its first digits, its last 16, and in more than 19 digits any. For texts, where
    /// hiding too much costs less than keeping a number.
    /// </summary>
    InsideGroups,
}
