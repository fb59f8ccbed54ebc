using System.Text;
using CsCheck;
using Iterable.Client.Answers;
using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Tests.Answers;

/// <summary>What holds for any answer whatsoever.</summary>
public sealed class AnyAnswerTests
{
    private static readonly Member[] Members = [.. Enumerable.Range(0, 6).Select(i => Member.Of($"m{i}@example.com", $"u{i}"))];

    private static readonly Gen<string> Identifier = Gen.OneOf(
        Gen.Int[0, 7].Select(i => $"\"M{i}@example.com\""), Gen.Int[0, 7].Select(i => $"\"u{i}\""), Gen.Const("null"), Gen.Const("12"));

    private static readonly string[] Names =
    [
        "forgottenEmails", "forgottenUserIds", "notFoundEmails", "notFoundUserIds", "invalidEmails", "invalidUserIds",
        "invalidDataEmails", "invalidDataUserIds", "conflictEmails", "conflictUserIds", "disallowedEventNames", "unheardOfEmails",
    ];

    private static readonly Gen<string> Arrays =
        Gen.Select(Gen.Int[0, Names.Length - 1], Identifier.Array[0, 4])
            .Select((name, ids) => $"\"{Names[name]}\":[{string.Join(',', ids)}]")
            .Array[0, 5].Select(pairs => string.Join(',', pairs));

    private static readonly Gen<string> Body = Gen.Select(Gen.Int[-1, 9], Arrays, Arrays)
        .Select((count, nested, top) => $"{{\"failCount\":{count},\"failedUpdates\":{{{nested}}}{(top.Length > 0 ? "," : "")}{top}}}");

    [Fact]
    public void No_body_and_no_header_makes_the_classifier_throw()
    {
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 80],
            Body.Select(Encoding.UTF8.GetBytes),
            Gen.Select(Body, Gen.Int[0, 200]).Select((body, cut) => Encoding.UTF8.GetBytes(body)[..Math.Min(cut, body.Length)]));
        Gen.Select(Gen.Int[100, 599], bytes, Gen.String).Sample((status, body, header) =>
        {
            var answer = new Answer(status, body, header);
            var request = new SubscribeRequest(1, Members);
            Assert.True(Enum.IsDefined(AnswerClassifier.ClassifyBulk(answer, request).Kind));
            Assert.True(Enum.IsDefined(AnswerClassifier.ClassifyValue<IReadOnlyList<IterableList>>(answer, EndpointClass.Lists, ListAnswers.TryReadLists).Kind));
            Assert.True(Enum.IsDefined(AnswerClassifier.ClassifyValue<long>(answer, EndpointClass.Lists, ListAnswers.TryReadListId).Kind));
            Assert.True(Enum.IsDefined(AnswerClassifier.ClassifyValue<long>(answer, EndpointClass.Lists, ListAnswers.TryReadSize).Kind));
        });
    }

    [Fact]
    public void Failures_are_in_order_one_for_a_member_and_account_for_the_count()
    {
        Gen.Select(Body, Gen.Int[1, Members.Length]).Sample((body, count) =>
        {
            var result = AnswerClassifier.ClassifyBulk(new Answer(200, Encoding.UTF8.GetBytes(body)), new SubscribeRequest(1, Members[..count]));

            var indexes = result.Failures.Select(failure => failure.Index).ToList();
            Assert.True(result.Kind is CallResultKind.Processed or CallResultKind.Unavailable);
            Assert.Equal(indexes.Distinct().Order(), indexes);
            Assert.All(indexes, index => Assert.InRange(index, 0, count - 1));
            Assert.InRange(result.UnnamedFailures, 0, count - indexes.Count);
            Assert.True(count > 1 || result.UnnamedFailures == 0);
        });
    }
}
