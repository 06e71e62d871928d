using System.ComponentModel;
using System.Reflection;

namespace Fraud.Http.Settings;

/// <summary>What a setting's type lets it hold, as the binder sees it.</summary>
internal sealed record SettingShape(Type Type)
{
    /// <summary>What a list's or a dictionary's members are; null for others.</summary>
    public Type? Item { get; } = ItemOf(Type);

    /// <summary>One value: text, a number, a time, a word.</summary>
    public bool IsValue => Item is null && (Type == typeof(object) || TypeDescriptor.GetConverter(Type).CanConvertFrom(typeof(string)));

    /// <summary>Settings inside; empty for values and lists.</summary>
    public IEnumerable<PropertyInfo> Properties => IsValue || Item is not null
        ? []
        : Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetIndexParameters().Length == 0
                && (property.CanWrite || ItemOf(property.PropertyType) is not null));

    /// <summary>What a value must look like, for who wrote another.</summary>
    public string Expected
    {
        get
        {
            var type = Nullable.GetUnderlyingType(Type) ?? Type;
            return type switch
            {
                { IsEnum: true } => $"expected {string.Join(" or ", Enum.GetNames(type))}",
                _ when type == typeof(bool) => "expected true or false",
                _ when type == typeof(TimeSpan) => "expected a time such as 00:00:02 or 7.00:00:00",
                _ when type == typeof(int) || type == typeof(long) => "expected a whole number",
                _ when type == typeof(double) || type == typeof(float) => "expected a number",
                _ => $"expected a {type.Name}",
            };
        }
    }

    public bool CanHold(string value)
    {
        if (Type == typeof(string) || Type == typeof(object) || (value.Length == 0 && Nullable.GetUnderlyingType(Type) is not null))
        {
            return true;
        }

        try
        {
            TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Whether a text says the same as a value, however it is written: 0.50 and 0.5, True and true.</summary>
    public bool IsSame(string text, object? value)
    {
        if (Type == typeof(string) || Type == typeof(object))
        {
            return text == (value as string ?? "");
        }

        return text.Length == 0 ? value is null : CanHold(text) && Equals(TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text), value);
    }

    private static Type? ItemOf(Type type)
    {
        if (type == typeof(string))
        {
            return null;
        }

        if (type.IsArray)
        {
            return type.GetElementType();
        }

        var generic = type.GetInterfaces().Append(type).Where(static candidate => candidate.IsGenericType).ToArray();
        return Argument(typeof(IDictionary<,>), 1) ?? Argument(typeof(IReadOnlyDictionary<,>), 1) ?? Argument(typeof(IEnumerable<>), 0);

        Type? Argument(Type definition, int at) => generic
            .FirstOrDefault(candidate => candidate.GetGenericTypeDefinition() == definition)?.GetGenericArguments()[at];
    }
}
