using System.Text;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.Api;

/// <summary>One event as sent.</summary>
internal sealed class EventInput
{
    private const int MaxIdBytes = 512;

    public string EventName { get; private set; } = "";

    public string? Id { get; private set; }

    public long? CreatedAt { get; private set; }

    public long? CampaignId { get; private set; }

    public long? TemplateId { get; private set; }

    /// <summary>Its two identifiers and its fields.</summary>
    public MemberInput Member { get; private set; }

    public static EventInput Read(ref BodyReader reader)
    {
        var read = new EventInput();
        var member = new MemberInput();
        while (reader.NextName())
        {
            if (reader.Is("eventName"u8)) read.EventName = TextOf(reader.Text("eventName")) ?? "";
            else if (reader.Is("id"u8)) read.Id = TextOf(reader.Text("id"));
            else if (reader.Is("email"u8)) member.Email = MembersRequest.Lower(reader.Text("email"));
            else if (reader.Is("userId"u8)) member.UserId = reader.Text("userId");
            else if (reader.Is("createdAt"u8)) read.CreatedAt = reader.Integer("createdAt");
            else if (reader.Is("campaignId"u8)) read.CampaignId = reader.Integer("campaignId");
            else if (reader.Is("templateId"u8)) read.TemplateId = reader.Integer("templateId");
            else if (reader.Is("dataFields"u8)) member.DataFields = reader.Object("dataFields");
            else reader.SkipValue();
        }
        if (read.EventName.Length == 0) throw reader.Bad("eventName", "is missing");
        if (read.Id is not null && !IsId(read.Id)) throw reader.Bad("id", "must be letters, digits and hyphens, at most 512 bytes");
        read.Member = member;
        return read;
    }

    /// <summary>An event is about one identifier; the project's own comes first.</summary>
    public MemberInput Whose(ProjectType type)
    {
        if (Member.Email is null || Member.UserId is null) return Member;
        return type == ProjectType.UserId ? Member with { Email = null } : Member with { UserId = null };
    }

    private static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdBytes && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    private static string? TextOf(ReadOnlyMemory<byte>? text) => text is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
