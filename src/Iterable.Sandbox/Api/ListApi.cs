using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Lists themselves: read, make, delete, count, export.</summary>
internal sealed class ListApi(World world)
{
    private const int DefaultPreview = 1000;
    private const int LargestPreview = 5000;

    public static ApiAnswer GetLists(ApiCall call)
    {
        MemberList[] lists;
        lock (call.Project.Gate) lists = [.. call.Project.Lists.Values.OrderBy(list => list.Id)];
        return new ApiAnswer(200, Envelope.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("lists"u8);
            foreach (var list in lists) Write(writer, list);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    public ApiAnswer Create(ApiCall call)
    {
        var (name, description) = ReadList(call);
        var now = world.Options.TimeProvider.GetUtcNow();
        var list = world.AddList(call.Project, null, id => new MemberList(id, name, description, ListType.Standard, now)
        {
            VisibleFrom = now + call.Project.Settings.ListVisibilityDelay,
        });
        return new ApiAnswer(200, Envelope.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("listId"u8, list!.Id);
            writer.WriteEndObject();
        }));
    }

    public ApiAnswer Delete(ApiCall call)
    {
        var id = ListId(call.RouteText("id"), "listId");
        lock (call.Project.Gate)
        {
            if (call.Project.VisibleList(id) is not { } list) return Refusals.InvalidListId(id);
            if (list.InUse) return Envelope.Of(409, "Conflict", $"List {Envelope.Invariant(id)} is in use");
            world.RemoveList(call.Project, id);
        }
        return Envelope.Success($"List {Envelope.Invariant(id)} deleted");
    }

    public static ApiAnswer Size(ApiCall call)
    {
        var id = ListId(call.RouteText("id"), "listId");
        lock (call.Project.Gate)
        {
            return call.Project.VisibleList(id) is { } list
                ? new ApiAnswer(200, Encoding.UTF8.GetBytes(Envelope.Invariant(list.MemberCount)), ApiAnswer.Text)
                : Refusals.InvalidListId(id);
        }
    }

    public static ApiAnswer GetUsers(ApiCall call) => Users(call, int.MaxValue);

    /// <summary>Iterable draws a sample; the sandbox takes the first.</summary>
    public static ApiAnswer PreviewUsers(ApiCall call) => Users(call, PreviewSize(call.Query("size")));

    private static ApiAnswer Users(ApiCall call, int most)
    {
        var id = ListId(call.Query("listId"), "listId");
        var byUserId = call.Project.Settings.Type switch
        {
            ProjectType.UserId => true,
            ProjectType.Hybrid => call.Query("preferUserId") == "true",
            _ => false,
        };
        var output = new ArrayBufferWriter<byte>();
        lock (call.Project.Gate)
        {
            if (call.Project.VisibleList(id) is not { } list) return Refusals.InvalidListId(id);
            foreach (var (person, membership) in list.Memberships)
            {
                if (!membership.IsMember) continue;
                if (most-- == 0) break;
                output.Write(byUserId ? person.UserId ?? person.Email : person.Email ?? person.UserId);
                output.Write("\n"u8);
            }
        }
        return new ApiAnswer(200, output.WrittenMemory, ApiAnswer.Text);
    }

    private static int PreviewSize(string? text)
    {
        if (text is null) return DefaultPreview;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestPreview) return size;
        throw new RefusedException(Refusals.BadParams("size", "must be 1 to 5000"));
    }

    private static (string Name, string Description) ReadList(ApiCall call)
    {
        var reader = new BodyReader(call.Body);
        ReadOnlyMemory<byte>? name = null, description = null;
        reader.BeginBody();
        while (reader.NextName())
        {
            if (reader.Is("name"u8)) name = reader.Text("name");
            else if (reader.Is("description"u8)) description = reader.Text("description");
            else reader.SkipValue();
        }
        reader.EndBody();
        if (name is not { Length: > 0 } given) throw reader.Bad("name", "is missing");
        return (Encoding.UTF8.GetString(given.Span), Encoding.UTF8.GetString((description ?? default).Span));
    }

    private static void Write(Utf8JsonWriter writer, MemberList list)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, list.Id);
        writer.WriteString("name"u8, list.Name);
        writer.WriteString("description"u8, list.Description);
        writer.WriteNumber("createdAt"u8, list.CreatedAt.ToUnixTimeMilliseconds());
        writer.WriteString("listType"u8, list.Type.ToString());
        writer.WriteEndObject();
    }

    private static long ListId(string? text, string name) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw new RefusedException(Refusals.BadParams(name, "must be a whole number"));
}
