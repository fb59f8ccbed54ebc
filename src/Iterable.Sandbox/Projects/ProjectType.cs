using System.Text.Json.Serialization;
using Iterable.Sandbox.Control;

namespace Iterable.Sandbox.Projects;

/// <summary>How a project tells its users apart. Iterable fixes it when the project is made.</summary>
[JsonConverter(typeof(CamelCaseEnum<ProjectType>))]
public enum ProjectType
{
    /// <summary>Both identifiers are unique; either will do.</summary>
    Hybrid,

    /// <summary>The e-mail is unique; a user id is an attribute that the last writer sets.</summary>
    Email,

    /// <summary>The user id is unique; several users may share an e-mail.</summary>
    UserId,
}
