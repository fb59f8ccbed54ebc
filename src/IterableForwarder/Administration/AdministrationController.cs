using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Administration;

/// <summary>What the operator's controllers share: their key, and how they refuse.</summary>
[ApiController]
[Authorize(Policies.Operator)]
internal abstract class AdministrationController : ControllerBase
{
    protected string CallerName => User.CallerName();

    /// <summary>201 with the path of what was created. It is relative, as the host and the scheme of a request are only what the caller says.</summary>
    protected CreatedResult CreatedAt(string id, object shown) => Created(Url.Action("Get", new { id }), shown);

    protected ObjectResult Unknown(string thing) =>
        Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found.", detail: $"The {thing} does not exist.");

    protected ObjectResult Clash(string detail) =>
        Problem(statusCode: StatusCodes.Status409Conflict, title: "Conflict with an existing resource.", detail: detail);

    /// <summary>What Iterable was asked before anything is stored was not confirmed.</summary>
    /// <param name="error">Why.</param>
    /// <param name="isRefused">Iterable has answered; otherwise it could not be asked.</param>
    /// <param name="title">What was refused.</param>
    protected ObjectResult NotVerified(ListError error, bool isRefused, string title)
    {
        var problem = isRefused
            ? Problem(statusCode: StatusCodes.Status422UnprocessableEntity, title: title, detail: $"{error.Code}: {error.Message.TrimEnd('.')}. Nothing was stored.")
            : Problem(statusCode: StatusCodes.Status502BadGateway, title: "Iterable could not be asked.", detail: $"{error.Code}: {error.Message.TrimEnd('.')}. Nothing was stored.");
        ((ProblemDetails)problem.Value!).Extensions["code"] = error.Code;
        return problem;
    }

    protected static ObjectResult ValidationError(string path, string message)
    {
        var errors = new ValidationErrors();
        errors.Add(path, message);
        return Refused(errors);
    }

    protected static ObjectResult Refused(ValidationErrors errors) => errors.ToObjectResult();
}
