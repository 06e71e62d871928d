namespace Fraud.Faults;

/// <summary>The checkout that the suite was built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Fraud.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Fraud.sln is in no folder above the suite.");
    }
}
