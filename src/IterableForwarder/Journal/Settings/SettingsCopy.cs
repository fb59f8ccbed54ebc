using System.Reflection;

namespace IterableForwarder.Journal.Settings;

/// <summary>Gives a thing other settings, whatever they are: no setting has to be listed for it.</summary>
internal static class SettingsCopy
{
    /// <summary>Writes every setting into <paramref name="copy"/> and returns it.</summary>
    /// <param name="copy">A new copy, made by <c>with</c> for this call: it is changed in place.</param>
    /// <param name="settings">The settings it gets.</param>
    public static T WithSettings<T, TSettings>(this T copy, TSettings settings)
        where T : class, TSettings
        where TSettings : class
    {
        foreach (var property in typeof(TSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)) property.SetValue(copy, property.GetValue(settings));
        return copy;
    }
}
