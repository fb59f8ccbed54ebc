using System.Text.Json.Serialization;
using Iterable.Sandbox.Events;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Control;

/// <summary>What the control endpoints read and write, known at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(ProjectRequest))]
[JsonSerializable(typeof(ForgottenRequest))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(FaultAdded))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(CallsAnswer))]
[JsonSerializable(typeof(ProjectSettings))]
[JsonSerializable(typeof(SandboxList))]
[JsonSerializable(typeof(IReadOnlyList<SandboxList>))]
[JsonSerializable(typeof(IReadOnlyList<SandboxEvent>))]
[JsonSerializable(typeof(IReadOnlyList<ActiveFault>))]
internal sealed partial class ControlJson : JsonSerializerContext;
