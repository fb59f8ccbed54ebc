namespace Iterable.Sandbox.Fields;

/// <summary>A value that does not fit the field it was sent for.</summary>
internal readonly record struct FieldMismatch(string Path, FieldKind Expected, FieldKind Incoming, string Value);
