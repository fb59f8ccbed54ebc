using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Mapping;

public sealed class AttributeSelectorTests
{
    [Theory]
    [InlineData("""{"city":"Ulm"}""", """{"town":"Ulm"}""")]
    [InlineData("""{"CITY":"Ulm"}""", "")]
    [InlineData("""{"age":30,"other":1}""", "")]
    [InlineData("""{"city":null}""", """{"town":null}""")]
    [InlineData("""{"city":""}""", """{"town":""}""")]
    [InlineData("""{"city":{"name":"Ulm","codes":[89073,{"x":null}]}}""", """{"town":{"name":"Ulm","codes":[89073,{"x":null}]}}""")]
    [InlineData("""{"other":{"city":"Ulm"}}""", "")]
    [InlineData("""{"other":{"city":"Ulm"},"city":"Bonn"}""", """{"town":"Bonn"}""")]
    [InlineData("""{ "city" : [ 1 , 2 ] , "other":true }""", """{"town":[ 1 , 2 ]}""")]
    [InlineData("""{"city":1.50e3}""", """{"town":1.50e3}""")]
    [InlineData("""{"city":false}""", """{"town":false}""")]
    [InlineData("""{"city":"a","city":"b"}""", """{"town":"b"}""")]
    [InlineData("""{"c\u0069ty":"Ul\u006d \"x\""}""", """{"town":"Ul\u006d \"x\""}""")]
    [InlineData("""{}""", "")]
    [InlineData("", "")]
    public void An_attribute_fills_the_field_it_is_mapped_to(string attributes, string fields) =>
        Assert.Equal(fields, Select([attributes], new AttributeMapping("town", "city")));

    [Theory]
    [InlineData("Straße \"1\"")]
    [InlineData("日本")]
    [InlineData("a.b/c\\d")]
    public void Names_may_contain_any_character(string name)
    {
        var attributes = $$"""{{{System.Text.Json.JsonSerializer.Serialize(name)}}:1}""";

        var fields = System.Text.Json.JsonDocument.Parse(Select([attributes], new AttributeMapping(name, name)));

        Assert.Equal(1, fields.RootElement.GetProperty(name).GetInt32());
    }

    /// <summary>Calls are filled by this bound: too low, and Iterable refuses the body; too high, and there are more calls than needed.</summary>
    [Theory]
    [InlineData("""{"a":"x"}""", "", "a:a")]
    [InlineData("""{"a":"xxxxxxxxxxxxxxxxxxxx"}""", """{"b":[1,2,3]}""", "a:a b:b")]
    [InlineData("""{"a":"xxxxxxxxxxxxxxxxxxxx"}""", "", "a:a b:a c:a")]
    [InlineData("""{"a":1,"b":2}""", """{"a":3}""", "one:a two:b three:b four:b")]
    public void No_data_fields_are_longer_than_the_bound_and_the_bound_is_not_far_above(string first, string second, string mappings)
    {
        AttributeMapping[] mapped = [.. mappings.Split(' ').Select(m => m.Split(':')).Select(m => new AttributeMapping(m[0], m[1]))];
        var selector = AttributeSelector.Of(mapped);
        var attributes = first.Length + second.Length;
        var uses = mapped.GroupBy(m => m.Attribute).Max(uses => uses.Count());
        var names = mapped.Sum(m => $"\"{m.Field}\":,".Length);

        var bound = selector.MaxLength(attributes);

        Assert.InRange(Select([first, second], mapped).Length, 1, bound);
        Assert.InRange(bound, 1, (uses * attributes) + names + 2);
    }

    [Fact]
    public void Without_a_mapping_there_are_no_data_fields_and_nothing_to_bound()
    {
        Assert.Equal(0, AttributeSelector.Of([]).MaxLength(1000));
        Assert.Equal("", Select(["""{"a":1}"""]));
    }

    [Fact]
    public void Of_several_adds_the_later_wins_field_by_field() => Assert.Equal(
        """{"a":3,"b":1,"c":2}""",
        Select(["""{"a":1,"b":1}""", """{"c":2,"a":2}""", """{"a":3}"""], new("a", "a"), new("b", "b"), new("c", "c")));

    [Fact]
    public void A_later_null_wins_too() => Assert.Equal("""{"a":null}""", Select(["""{"a":1}""", """{"a":null}"""], new AttributeMapping("a", "a")));

    [Fact]
    public void A_later_object_replaces_an_earlier_one_whole() =>
        Assert.Equal("""{"a":{"y":2}}""", Select(["""{"a":{"x":1}}""", """{"a":{"y":2}}"""], new AttributeMapping("a", "a")));

    [Fact]
    public void An_add_without_attributes_removes_no_field() =>
        Assert.Equal("""{"a":1}""", Select(["""{"a":1}""", "", "{}"], new AttributeMapping("a", "a")));

    [Fact]
    public void One_attribute_may_fill_several_fields_in_the_order_of_the_mapping() =>
        Assert.Equal("""{"y":1,"x":1}""", Select(["""{"a":1}"""], new("y", "a"), new("x", "a")));

    [Fact]
    public void Without_mappings_there_are_no_fields() => Assert.Equal("", Select(["""{"a":1}"""]));

    private static string Select(string[] attributes, params AttributeMapping[] mappings) =>
        Some.Text(AttributeSelector.Of(mappings).Select([.. attributes.Select(Some.Utf8)]));
}
