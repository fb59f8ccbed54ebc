using System.Buffers;
using System.Text;
using Iterable.Sandbox.Identity;

namespace Iterable.Sandbox.Api;

/// <summary>The body of subscribe, unsubscribe, bulkUpdate and update: the same member in each.</summary>
internal sealed class MembersRequest : IDisposable
{
    /// <summary>What lower-casing may change: capitals, and anything beyond ASCII.</summary>
    private static readonly SearchValues<byte> Uppercase =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(code => code is (>= 'A' and <= 'Z') or > 127).Select(code => (byte)code)]);

    public long? ListId { get; private set; }

    public bool UpdateExistingUsersOnly { get; private set; }

    public bool ChannelUnsubscribe { get; private set; }

    public bool CreateNewFields { get; private set; } = true;

    public MemberBatch Members { get; } = new();

    /// <summary>Members in an array of that name.</summary>
    public static MembersRequest ReadArray(ApiCall call, string arrayName)
    {
        var request = new MembersRequest();
        try
        {
            request.ReadBody(call, arrayName);
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    /// <summary>The body is the one member.</summary>
    public static MembersRequest ReadSingle(ApiCall call)
    {
        var reader = new BodyReader(call.Body);
        reader.BeginBody();
        var request = new MembersRequest();
        request.Members.Add(request.ReadMember(ref reader));
        reader.EndBody();
        call.Count(1);
        return request;
    }

    public long RequireListId() => ListId ?? throw new RefusedException(Refusals.BadParams("listId", "is missing"));

    public void Dispose() => Members.Dispose();

    private void ReadBody(ApiCall call, string arrayName)
    {
        var reader = new BodyReader(call.Body);
        var hasMembers = false;
        reader.BeginBody();
        while (reader.NextName())
        {
            if (reader.Is("listId"u8)) ListId = reader.Integer("listId");
            else if (reader.Is("updateExistingUsersOnly"u8)) UpdateExistingUsersOnly = reader.Boolean("updateExistingUsersOnly") ?? false;
            else if (reader.Is("channelUnsubscribe"u8)) ChannelUnsubscribe = reader.Boolean("channelUnsubscribe") ?? false;
            else if (reader.Is("createNewFields"u8)) CreateNewFields = reader.Boolean("createNewFields") ?? true;
            else if (reader.Is(Encoding.UTF8.GetBytes(arrayName))) hasMembers = ReadMembers(ref reader, arrayName);
            else reader.SkipValue();
        }
        reader.EndBody();
        if (!hasMembers) throw reader.Bad(arrayName, "is missing");
        call.Count(Members.Count);
    }

    private bool ReadMembers(ref BodyReader reader, string arrayName)
    {
        reader.BeginArray(arrayName);
        while (reader.NextObject()) Members.Add(ReadMember(ref reader));
        return true;
    }

    private MemberInput ReadMember(ref BodyReader reader)
    {
        var member = new MemberInput();
        while (reader.NextName())
        {
            if (reader.Is("email"u8)) member.Email = Lower(reader.Text("email"));
            else if (reader.Is("userId"u8)) member.UserId = reader.Text("userId");
            else if (reader.Is("dataFields"u8)) member.DataFields = reader.Object("dataFields");
            else if (reader.Is("preferUserId"u8)) member.PreferUserId = reader.Boolean("preferUserId") ?? false;
            else if (reader.Is("mergeNestedObjects"u8)) member.MergeNestedObjects = reader.Boolean("mergeNestedObjects") ?? false;
            else if (reader.Is("createNewFields"u8)) CreateNewFields = reader.Boolean("createNewFields") ?? true;
            else reader.SkipValue();
        }
        return member;
    }

    internal static ReadOnlyMemory<byte>? Lower(ReadOnlyMemory<byte>? email)
    {
        if (email is not { } sent || !sent.Span.ContainsAny(Uppercase)) return email;
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sent.Span).ToLowerInvariant());
    }
}
