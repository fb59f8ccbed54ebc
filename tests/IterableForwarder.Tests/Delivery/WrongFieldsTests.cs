using System.Text;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Bisection;

namespace IterableForwarder.Tests.Delivery;

public sealed class WrongFieldsTests
{
    [Theory]
    [InlineData("long", "string,keyword", """{"f":"old"}""")]
    [InlineData("long", "double", """{"f":1.5}""")]
    [InlineData("double", "boolean", """{"f":true}""")]
    [InlineData("number", "string,keyword", """{"f":"1"}""")]
    [InlineData("date", "string,keyword", """{"f":"GGG"}""")]
    [InlineData("date", "string,keyword", """{"f":"2020-04-13 14:04:09.000"}""")]
    [InlineData("date", "long", """{"f":1586786649}""")]
    [InlineData("string", "boolean", """{"f":false}""")]
    [InlineData("boolean", "string,keyword", """{"f":"true"}""")]
    [InlineData("string", "object", """{"f":{"a":1}}""")]
    [InlineData("object", "string", """{"f":"a"}""")]
    [InlineData("long", "string", """{"f":[1,"a"]}""")]
    [InlineData("string", "array", """{"f":["a"]}""")]
    [InlineData("geo_shape", "string", """{"f":"a"}""")]
    [InlineData("long", "", """{"f":"a"}""")]
    [InlineData(null, "string", """{"f":"a"}""")]
    public void A_value_of_the_refused_type_is_found(string? expected, string incoming, string dataFields) =>
        Assert.True(Matches(dataFields, Mismatch("f", expected, incoming)));

    [Theory]
    [InlineData("long", "string,keyword", """{"f":3}""")]
    [InlineData("long", "string,keyword", """{"f":null}""")]
    [InlineData("long", "string,keyword", """{"f":true}""")]
    [InlineData("long", "string,keyword", """{"g":"old"}""")]
    [InlineData("long", "string,keyword", """{"g":{"f":"old"}}""")]
    [InlineData("long", "string,keyword", "{}")]
    [InlineData("long", "string,keyword", "")]
    [InlineData("double", "string", """{"f":3}""")]
    [InlineData("date", "string,keyword", """{"f":"2026-03-01 12:00:00 +00:00"}""")]
    [InlineData("date", "string,keyword", """{"f":"2026-03-01T12:00:00.123Z"}""")]
    [InlineData("date", "string,keyword", """{"f":"2026-03-01"}""")]
    [InlineData("string", "date", """{"f":"a"}""")]
    [InlineData("long", "string", """{"f":[1,2]}""")]
    [InlineData("long", "geo_shape", """{"f":"a"}""")]
    [InlineData(null, "", """{"f":"a"}""")]
    [InlineData("long", "string", """{"f":""")]
    [InlineData("long", "string", """{"\ud800":"a"}""")]
    public void Any_other_value_is_not(string? expected, string incoming, string dataFields) =>
        Assert.False(Matches(dataFields, Mismatch("f", expected, incoming)));

    /// <summary>The types of Elasticsearch, whose names Iterable's answers use, each with a value of it and with one that is none.</summary>
    [Theory]
    [InlineData("string keyword text", "\"a\"", "1")]
    [InlineData("long integer int short byte", "7", "1.5")]
    [InlineData("double float number", "1.5", "\"1.5\"")]
    [InlineData("boolean", "true", "\"true\"")]
    [InlineData("object nested", "{}", "[]")]
    [InlineData("array", "[]", "{}")]
    [InlineData("date", "\"2026-03-01\"", "\"March\"")]
    public void Every_name_of_a_type_is_known(string names, string value, string other)
    {
        foreach (var name in names.Split(' '))
        {
            Assert.True(Matches($$"""{"f":{{value}}}""", Mismatch("f", null, name)), name);
            Assert.False(Matches($$"""{"f":{{value}}}""", Mismatch("f", name, name)), name);
            Assert.False(Matches($$"""{"f":{{other}}}""", Mismatch("f", null, name)), name);
        }
    }

    [Theory]
    [InlineData("a.b", """{"a":{"b":"x"}}""", true)]
    [InlineData("a.b", """{"a.b":"x"}""", true)]
    [InlineData("a.b.c", """{"a.b":{"c":"x"}}""", true)]
    [InlineData("a.b.c", """{"a":{"b.c":"x"}}""", true)]
    [InlineData("a.b", """{"a":[{"b":1},{"b":"x"}]}""", true)]
    [InlineData("a.b", """{"a":[{"b":1},{"c":"x"}]}""", false)]
    [InlineData("a.b", """{"a":"x","b":"x","ab":{"b":"x"}}""", false)]
    [InlineData("a", """{"a":{"b":"x"}}""", false)]
    [InlineData("source:::a", """{"source:::a":"x"}""", true)]
    public void A_field_is_found_by_its_path(string path, string dataFields, bool isFound) =>
        Assert.Equal(isFound, Matches(dataFields, Mismatch(path, "long", "string")));

    [Theory]
    [InlineData("2026-03-01", """{"f":"2026-03-01"}""", true)]
    [InlineData("2026-03-01", """{"f":"2026-03-02"}""", false)]
    [InlineData("7", """{"f":7}""", true)]
    [InlineData("true", """{"f":[true]}""", true)]
    public void The_offending_value_is_found_in_any_form(string offending, string dataFields, bool isFound) =>
        Assert.Equal(isFound, Matches(dataFields, new FieldMismatch("f", "date", ["string"], offending)));

    [Fact]
    public void Any_of_several_fields_will_do()
    {
        FieldMismatch[] mismatches = [Mismatch("f", "long", "string"), Mismatch("g", "string", "boolean")];

        Assert.True(Matches("""{"g":true}""", mismatches));
        Assert.True(Matches("""{"f":"a"}""", mismatches));
        Assert.False(Matches("""{"f":1,"g":"a"}""", mismatches));
    }

    [Fact]
    public void Without_a_named_field_no_member_is_searched_for() => Assert.Null(WrongFields.MatcherFor([], ChangeKind.Membership));

    private static bool Matches(string dataFields, params FieldMismatch[] mismatches) => WrongFields.Matches(Encoding.UTF8.GetBytes(dataFields), mismatches);

    private static FieldMismatch Mismatch(string field, string? expected, string incoming) =>
        new(field, expected, incoming.Split(',', StringSplitOptions.RemoveEmptyEntries), null);
}
