using System.Buffers;
using System.Text;
using System.Text.Json;
using Iterable.Sandbox.Api;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Exports;

/// <summary>Writes the users of a project whose lock the caller holds into files.</summary>
internal sealed class UserExport(Project project, ExportRequest request, DateTimeOffset now)
{
    private readonly Dictionary<Person, List<long>> _lists = ListsByPerson(project);
    private readonly ArrayBufferWriter<byte> _line = new();

    public ExportFiles Write()
    {
        var people = project.People.Known.Where(person => request.Covers(person.UpdatedAt));
        return request.Format == ExportFormat.Csv ? WriteCsv([.. people]) : WriteJson(people);
    }

    private ExportFiles WriteJson(IEnumerable<Person> people)
    {
        var files = Files(default, "json");
        foreach (var person in people)
        {
            WriteObject(person);
            _line.Write("\n"u8);
            if (!files.Add(_line.WrittenSpan)) break;
        }
        files.Close();
        return files;
    }

    /// <summary>The first pass finds the columns, the second writes them.</summary>
    private ExportFiles WriteCsv(Person[] people)
    {
        var columns = new List<string>();
        var known = new HashSet<string>();
        foreach (var person in people)
        {
            using var fields = Fields(person);
            columns.AddRange(fields.RootElement.EnumerateObject().Select(field => field.Name).Where(known.Add));
        }
        var files = Files(Line(columns), "csv");
        foreach (var person in people)
        {
            using var fields = Fields(person);
            if (!files.Add(Line(columns.Select(column => TextOf(fields.RootElement, column))))) break;
        }
        files.Close();
        return files;
    }

    private ExportFiles Files(ReadOnlyMemory<byte> heading, string extension) =>
        new(heading, extension, now, project.Settings.ExportFileBytes, project.Settings.ExportBytes);

    private JsonDocument Fields(Person person)
    {
        WriteObject(person);
        return JsonDocument.Parse(_line.WrittenMemory);
    }

    private void WriteObject(Person person)
    {
        _line.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_line, Envelope.Plain);
        writer.WriteStartObject();
        Profile.WriteFields(writer, project.Settings.Type, person, _lists.GetValueOrDefault(person) ?? [], request.Shows);
        writer.WriteEndObject();
    }

    private byte[] Line(IEnumerable<string> values) => Encoding.UTF8.GetBytes(string.Join(request.Delimiter, values.Select(Quoted)) + "\n");

    private string Quoted(string value) =>
        value.Contains(request.Delimiter, StringComparison.Ordinal) || value.AsSpan().ContainsAny("\"\r\n")
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static string TextOf(JsonElement fields, string column)
    {
        if (!fields.TryGetProperty(column, out var value)) return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }

    private static Dictionary<Person, List<long>> ListsByPerson(Project project)
    {
        var lists = new Dictionary<Person, List<long>>();
        foreach (var list in project.Lists.Values.OrderBy(list => list.Id))
        {
            foreach (var (person, membership) in list.Memberships)
            {
                if (!membership.IsMember) continue;
                if (!lists.TryGetValue(person, out var ids)) lists.Add(person, ids = []);
                ids.Add(list.Id);
            }
        }
        return lists;
    }
}
