using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Outcomes.Search;

/// <summary>The person to find. One matching identifier is enough.</summary>
internal sealed record MemberSearchRequest
{
    /// <summary>The e-mail, in any case; also a placeholder address with an MPID.</summary>
    public string? Email { get; init; }

    /// <summary>The customer id, exactly.</summary>
    public string? CustomerId { get; init; }

    /// <summary>mParticle's id, a text or a number.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    [OrNumber]
    public string? Mpid { get; init; }
}

/// <summary>Which part of what was found is wanted.</summary>
internal sealed record MemberSearchPage : PageRequest
{
    /// <summary>Where to go on before; the end to begin.</summary>
    public ChangePlace Before() => PlaceOf(After) ?? ChangePlace.End;

    public static string TextOf(ChangePlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.Seq}-{place.Position}");

    public static ChangePlace? PlaceOf(string? after) =>
        after?.Split('-') is [var seq, var position]
        && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
        && int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var p)
            ? new(s, p)
            : null;
}

internal sealed class MemberSearchRules : AbstractValidator<MemberSearchRequest>
{
    public MemberSearchRules()
    {
        RuleFor(r => r.Email).Must((r, email) => email is not null || r.CustomerId is not null || r.Mpid is not null)
            .WithMessage("is required, unless customerId or mpid is given");
        RuleFor(r => r.Email).Must(IsNullOrSays).WithMessage("must not be empty; leave it out for none");
        RuleFor(r => r.CustomerId).Must(IsNullOrSays).WithMessage("must not be empty; leave it out for none");
        RuleFor(r => r.Mpid).Must(IsNullOrSays).WithMessage("must not be empty; leave it out for none");
    }

    private static bool IsNullOrSays(string? text) => text is null || !string.IsNullOrWhiteSpace(text);
}

internal sealed class MemberSearchPageRules() : PageRules<MemberSearchPage>(after => MemberSearchPage.PlaceOf(after) is not null);

/// <summary>A number stays as it is: MPIDs are longer than what a double keeps.</summary>
internal sealed class TextOrNumberConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
