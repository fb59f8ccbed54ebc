namespace Iterable.Sandbox.State;

/// <summary>One user of a project. Identifiers are kept as UTF-8, half the size of text: there may be millions.</summary>
internal sealed class Person
{
    public byte[]? Email { get; set; }

    public byte[]? UserId { get; set; }

    /// <summary>A JSON object, or null for none.</summary>
    public byte[]? DataFields { get; set; }

    /// <summary>False for someone who was only ever named in an unsubscribe: counted in sends, unknown to all else.</summary>
    public bool Known { get; set; }

    public bool ChannelUnsubscribed { get; set; }

    /// <summary>Unix seconds; the profile field signupDate.</summary>
    public uint CreatedAt { get; set; }

    /// <summary>Unix seconds; the profile field profileUpdatedAt, which exports go by.</summary>
    public uint UpdatedAt { get; set; }
}
