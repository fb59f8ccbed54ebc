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

    protected ObjectResult Unknown(string thing) =>
        Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found.", detail: $"There is no such {thing}.");

    protected ObjectResult Clash(string detail) =>
        Problem(statusCode: StatusCodes.Status409Conflict, title: "This clashes with what is there.", detail: detail);

    protected static ObjectResult Fault(string path, string message)
    {
        var faults = new Faults();
        faults.Add(path, message);
        return Refused(faults);
    }

    protected static ObjectResult Refused(Faults faults) => faults.ToObjectResult();
}
