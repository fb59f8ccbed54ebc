using CsCheck;
using IterableForwarder.Changes;

namespace IterableForwarder.Tests.Changes;

public sealed class ChangeCodecTests
{
    private static readonly long?[] Borders = [0, -1, 127, 128, long.MinValue, long.MaxValue, Some.Time];

    private static readonly Gen<ReadOnlyMemory<byte>> Values = Gen.OneOf(
        Gen.Const(ReadOnlyMemory<byte>.Empty),
        Gen.Byte.Array[1, 20].Select(bytes => (ReadOnlyMemory<byte>)bytes),
        Gen.Byte.Array[127, 300].Select(bytes => (ReadOnlyMemory<byte>)bytes));

    private static readonly Gen<long?> Times = Gen.OneOf(
        Gen.Const((long?)null),
        Gen.Int[0, Borders.Length - 1].Select(i => Borders[i]),
        Gen.Long.Select(time => (long?)time));

    private static readonly Gen<Change> Changes =
        from action in Gen.Enum<ChangeAction>()
        from email in Values
        from customerId in Values
        from mpid in Values
        from attributes in Values
        from time in Times
        from hashed in Gen.Bool
        select new Change
        {
            Action = action,
            Email = email,
            CustomerId = customerId,
            Mpid = mpid,
            Attributes = attributes,
            OccurredAt = time,
            HashedEmail = hashed,
        };

    [Fact]
    public void What_was_written_is_read_again() => Changes.Array[0, 20].Sample(changes =>
    {
        var stored = Some.Encoded(changes);

        var offset = 0;
        foreach (var change in changes) AssertSame(change, ChangeCodec.Read(stored, ref offset));
        Assert.Equal(stored.Length, offset);
    });

    /// <summary>Databases hold this form: a failure here means that an upgrade could not read them.</summary>
    [Theory]
    [InlineData("full", "FC80D0EAB6B733056140622E6301630131027B7D")]
    [InlineData("add", "04056140622E63")]
    [InlineData("remove", "090163")]
    [InlineData("before 1970", "44FFFFFFFFFFFFFFFFFF01056140622E63")]
    [InlineData("nothing", "02")]
    [InlineData("neither in nor out", "07030005" + "6140622E63")]
    public void The_stored_form_does_not_change(string name, string stored)
    {
        var change = name switch
        {
            "full" => Some.Change(ChangeAction.Add, "a@b.c", "c", "1", "{}", Some.Time, hashed: true),
            "add" => Some.Add("a@b.c"),
            "remove" => Some.Remove(customerId: "c"),
            "before 1970" => Some.Add("a@b.c", at: -1),
            "neither in nor out" => Some.Change(ChangeAction.BadMembership, "a@b.c"),
            _ => Some.Change(ChangeAction.Unsupported),
        };

        Assert.Equal(stored, Convert.ToHexString(Some.Encoded(change)));

        var offset = 0;
        AssertSame(change, ChangeCodec.Read(Convert.FromHexString(stored), ref offset));
    }

    [Theory]
    [InlineData("04056140622E63" + "07056140622E63", "04056140622E63" + "070300056140622E63")]
    [InlineData("04056140622E63" + "090163", "04056140622E63" + "090163")]
    public void The_first_form_had_its_fourth_action_among_the_flags(string stored, string upgraded) =>
        Assert.Equal(upgraded, Convert.ToHexString(ChangeCodec.Upgrade(Convert.FromHexString(stored), 0).Span));

    /// <summary>A version that knows less than the one that wrote it still reads what it knows.</summary>
    [Fact]
    public void Further_values_are_skipped()
    {
        var stored = Convert.FromHexString("07" + "00" + "03" + "056140622E63" + "03010203" + "0101" + "090163");
        var offset = 0;

        AssertSame(Some.Add("a@b.c"), ChangeCodec.Read(stored, ref offset));
        AssertSame(Some.Remove(customerId: "c"), ChangeCodec.Read(stored, ref offset));
        Assert.Equal(stored.Length, offset);
    }

    [Fact]
    public void An_action_of_a_newer_version_is_not_read_as_another()
    {
        var offset = 0;
        Assert.Throws<InvalidDataException>(() => ChangeCodec.Read(new byte[] { 3, 200, 0 }, ref offset));
        Assert.Throws<InvalidDataException>(() => ChangeCodec.Upgrade(new byte[] { 2 }, 2));
    }

    [Fact]
    public void A_long_value_has_a_length_of_two_bytes()
    {
        var stored = Some.Encoded(Some.Add(email: new string('a', 300)));

        Assert.Equal("04AC02", Convert.ToHexString(stored.AsSpan(0, 3)));
        Assert.Equal(303, stored.Length);
    }

    [Theory]
    [InlineData(0, "Add")]
    [InlineData(1, "Remove")]
    [InlineData(2, "Unsupported")]
    [InlineData(3, "BadMembership")]
    public void The_numbers_of_actions_do_not_change(int number, string action) => Assert.Equal(number, (int)Enum.Parse<ChangeAction>(action));

    [Theory]
    [InlineData(0, "Pending")]
    [InlineData(1, "Delivered")]
    [InlineData(2, "Superseded")]
    [InlineData(3, "Dropped")]
    [InlineData(4, "Rejected")]
    public void The_numbers_of_outcomes_do_not_change(int number, string outcome) => Assert.Equal(number, (int)Enum.Parse<Outcome>(outcome));

    private static void AssertSame(Change expected, Change actual)
    {
        Assert.Equal(expected.Action, actual.Action);
        Assert.Equal(expected.HashedEmail, actual.HashedEmail);
        Assert.Equal(expected.OccurredAt, actual.OccurredAt);
        Assert.True(expected.Email.Span.SequenceEqual(actual.Email.Span));
        Assert.True(expected.CustomerId.Span.SequenceEqual(actual.CustomerId.Span));
        Assert.True(expected.Mpid.Span.SequenceEqual(actual.Mpid.Span));
        Assert.True(expected.Attributes.Span.SequenceEqual(actual.Attributes.Span));
    }
}
