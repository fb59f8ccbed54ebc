using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration;

/// <summary>Rules that several requests share. A message goes on from its path.</summary>
internal static class Rules
{
    public const int MaxCharacters = 200;

    public static IRuleBuilderOptions<T, string?> Name<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("is required")
        .MaximumLength(MaxCharacters).WithMessage($"must have at most {MaxCharacters} characters");

    /// <summary>A key of Iterable, which is sent in a header.</summary>
    public static IRuleBuilderOptions<T, string?> ApiKey<T>(this IRuleBuilder<T, string?> rule) => rule
        .MaximumLength(MaxCharacters).WithMessage($"must have at most {MaxCharacters} characters")
        .Must(key => key is null || key.All(c => c is > ' ' and <= '~')).WithMessage("must contain only ASCII characters, without blanks");

    public static IRuleBuilderOptions<T, string?> OneOf<T, TEnum>(this IRuleBuilder<T, string?> rule, Words<TEnum> words)
        where TEnum : struct, Enum =>
        rule.Must(word => word is null || words.TryParse(word, out _)).WithMessage($"must be one of: {words.Allowed}");
}
