using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Review;

/// <summary>The scripts and styles of a page for people, by the name that stands as "file" in their address.</summary>
internal sealed class PageFiles(FrozenDictionary<string, PageFile> files)
{
    /// <typeparam name="TBeside">A type in the folder of the files.</typeparam>
    public static PageFiles Read<TBeside>(params string[] names) =>
        new(names.ToFrozenDictionary(static name => name, PageFile.Read<TBeside>, StringComparer.Ordinal));

    /// <summary>404 where there is no such file.</summary>
    public Task Write(HttpContext context)
    {
        if (files.TryGetValue((string)context.Request.RouteValues["file"]!, out var file))
        {
            return file.Write(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
