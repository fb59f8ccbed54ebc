using System.Text;
using Iterable.Client.Answers;
using Iterable.Client.Results;

namespace Iterable.Client.Tests.Answers;

public sealed class ListAnswerTests
{
    [Theory]
    [InlineData("5", 5L)]
    [InlineData("  5\n", 5L)]
    [InlineData("\"5\"", 5L)]
    [InlineData("0", 0L)]
    [InlineData("9007199254740993", 9007199254740993L)]
    public void A_size_is_a_number_as_text(string body, long expected)
    {
        Assert.True(ListAnswers.TryReadSize(Encoding.UTF8.GetBytes(body), out long size));
        Assert.Equal(expected, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("5 users")]
    [InlineData("{}")]
    [InlineData("<html>5</html>")]
    public void Anything_else_is_not_a_size(string body)
    {
        var result = AnswerClassifier.ClassifyValue<long>(
            new Answer(200, Encoding.UTF8.GetBytes(body)), EndpointClass.Lists, ListAnswers.TryReadSize);

        Assert.Equal((CallResultKind.Unavailable, body == "{}" ? ErrorCodes.NotAnAnswer : ErrorCodes.NotJson), (result.Kind, result.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"listId":null}""")]
    [InlineData("""{"listId":"x"}""")]
    [InlineData("""{"listId":1.5}""")]
    [InlineData("""{"listId":0}""")]
    public void A_created_list_without_an_id_does_not_count_as_an_answer(string body)
    {
        Assert.False(ListAnswers.TryReadListId(Encoding.UTF8.GetBytes(body), out _));
    }

    [Fact]
    public void Lists_are_read_with_the_fields_that_they_have()
    {
        const string Body = """
            {"lists":[
              {"id":9007199254740993,"name":"VIP","description":"","createdAt":1625162718344,"listType":"Standard"},
              {"id":2,"name":null},
              {"name":"no id"},
              null]}
            """;

        Assert.True(ListAnswers.TryReadLists(Encoding.UTF8.GetBytes(Body), out var lists));
        Assert.Equal(
            [new IterableList(9007199254740993, "VIP", "Standard", 1625162718344), new IterableList(2, "", null, null)],
            lists!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"lists":{}}""")]
    [InlineData("[]")]
    public void An_answer_without_lists_does_not_count_as_an_answer(string body)
    {
        Assert.False(ListAnswers.TryReadLists(Encoding.UTF8.GetBytes(body), out _));
    }
}
