using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>A message of Amplitude's cohort webhook, as far as this service reads it; other fields are ignored.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortName">Names the list, where it has to be created.</param>
/// <param name="InCohort">True where the users entered, false where they left.</param>
/// <param name="Users">The users.</param>
/// <param name="MessageId">Accepted once.</param>
/// <param name="ComputedTime">When the cohort was computed, in Unix seconds.</param>
internal sealed record CohortForm(
    [property: JsonPropertyName("cohort_id"), OrNumber] string CohortId,
    [property: JsonPropertyName("cohort_name")] string CohortName,
    [property: JsonPropertyName("in_cohort")] bool InCohort,
    IReadOnlyList<CohortUserForm> Users,
    [property: JsonPropertyName("message_id"), OrNumber] string? MessageId = null,
    [property: JsonPropertyName("computed_time"), OrNumber] string? ComputedTime = null);

/// <summary>A user of a cohort.</summary>
/// <param name="UserId">The user id at Iterable.</param>
/// <param name="UserProperties">Among them <c>email</c>.</param>
internal sealed record CohortUserForm(
    [property: JsonPropertyName("user_id"), OrNumber] string? UserId = null,
    [property: JsonPropertyName("user_properties")] IReadOnlyDictionary<string, JsonElement>? UserProperties = null);
