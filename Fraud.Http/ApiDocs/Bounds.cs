using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Fraud.Model.Decoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Fraud.Http.ApiDocs;

/// <summary>A bound of a field that the framework does not write into schemas by itself.</summary>
internal interface IBound
{
    void Write(OpenApiSchema schema, IServiceProvider services);
}

/// <summary>A number that is not below this.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AtLeastAttribute(double least) : ValidationAttribute, IBound
{
    public override bool IsValid(object? value) => value is null || Convert.ToDouble(value, CultureInfo.InvariantCulture) >= least;

    public void Write(OpenApiSchema schema, IServiceProvider services) => schema.Minimum = least.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The most that the configuration allows: of a number its value, of a text its characters, of a list its items.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MostAttribute<TOptions>(string setting) : Attribute, IBound
    where TOptions : class
{
    /// <summary>How many there may be of each that the setting counts.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many there may be besides.</summary>
    public int Plus { get; init; }

    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        var set = Convert.ToInt64(typeof(TOptions).GetProperty(setting)!.GetValue(services.GetRequiredService<TOptions>()), CultureInfo.InvariantCulture);
        var most = (set * Times) + Plus;
        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.Array))
        {
            schema.MaxItems = (int)Math.Min(most, int.MaxValue);
        }
        else if (schema.Type is { } text && text.HasFlag(JsonSchemaType.String))
        {
            schema.MaxLength = (int)most;
        }
        else
        {
            schema.Maximum = most.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>Bounds of a list's items, or of a map's values.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute : Attribute, IBound
{
    public int MinLength { get; init; }

    public int MaxLength { get; init; }

    public double Minimum { get; init; } = double.NaN;

    public double Maximum { get; init; } = double.NaN;

    public object[]? Values { get; init; }

    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        if ((schema.Items ?? schema.AdditionalProperties) is not OpenApiSchema item)
        {
            return;
        }

        // A number that may be "NaN" is one of several forms.
        foreach (var form in item.AnyOf is { Count: > 0 } forms ? forms.OfType<OpenApiSchema>() : [item])
        {
            WriteTo(form);
        }
    }

    private void WriteTo(OpenApiSchema item)
    {
        item.MinLength = MinLength > 0 ? MinLength : null;
        item.MaxLength = MaxLength > 0 ? MaxLength : null;
        item.Minimum = double.IsNaN(Minimum) ? null : Minimum.ToString(CultureInfo.InvariantCulture);
        item.Maximum = double.IsNaN(Maximum) ? null : Maximum.ToString(CultureInfo.InvariantCulture);
        item.Enum = Values is null ? item.Enum : [.. Values.Select(static value => System.Text.Json.JsonSerializer.SerializeToNode(value)!)];
    }
}

/// <summary>A text of an id: not empty, without control characters, at most so many bytes as the configuration allows.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdTextAttribute : Attribute, IBound
{
    /// <summary>Without control characters, and not of blanks alone.</summary>
    public const string Pattern = @"^[^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f][^\u0000-\u001f\u007f]*$";

    public void Write(OpenApiSchema schema, IServiceProvider services)
    {
        schema.Type = JsonSchemaType.String;
        schema.MinLength = 1;
        // Bytes of UTF-8: a text of as many characters may have more.
        schema.MaxLength = services.GetRequiredService<TransactionLimits>().MaxIdLength;
        schema.Pattern = Pattern;
    }
}
