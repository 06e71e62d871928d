using Microsoft.Extensions.Logging;

namespace Fraud.Stream.CardNumbers;

internal static partial class CardNumberLog
{
    [LoggerMessage(
        370, LogLevel.Warning,
        "A new key of card tokens was made beside a store that is older: {File}. What became a token under another key is not known again when it is sent again")]
    public static partial void NewKey(ILogger log, string file);
}
