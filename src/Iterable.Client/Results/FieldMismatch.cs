namespace Iterable.Client.Results;

/// <summary>
/// A field of which Iterable refused a value because of its type, from <c>params.validationErrors</c> of a
/// <c>RequestFieldsTypesMismatched</c>. Iterable refuses the whole request, and does not say which members had the value.
/// </summary>
/// <param name="Field">The path of the field, nested names joined by dots.</param>
/// <param name="ExpectedType">The type the field has, in Iterable's word such as <c>date</c>, <c>string</c> or <c>long</c>; null when it did not say.</param>
/// <param name="IncomingTypes">The types the refused value can be read as, such as <c>string</c> and <c>keyword</c>; may be empty.</param>
/// <param name="OffendingValue">One refused value as text, or null. It may be personal data: keep it out of logs.</param>
public sealed record FieldMismatch(string Field, string? ExpectedType, IReadOnlyList<string> IncomingTypes, string? OffendingValue)
{
    /// <summary>Leaves out the value.</summary>
    public override string ToString() =>
        $"FieldMismatch {{ Field = {Field}, ExpectedType = {ExpectedType}, IncomingTypes = [{string.Join(", ", IncomingTypes)}] }}";
}
