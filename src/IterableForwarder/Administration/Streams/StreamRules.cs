using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

internal sealed class StreamRules : AbstractValidator<StreamSettings>
{
    public StreamRules() => RuleFor(s => s.Name).Name();
}
