using IterableForwarder.Changes;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Tests.Delivery;

public sealed class ProbeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true, 5, 1)]
    [InlineData(true, 120, 12)]
    [InlineData(true, 60 * 24 * 30, 60)]
    [InlineData(false, 60 * 24 * 30, 1)]
    public void A_key_that_has_never_worked_is_tried_less_and_less_often_down_to_once_an_hour(bool hasNeverWorked, int heldMinutes, int waitMinutes)
    {
        var project = new Project
        {
            Id = new ProjectId(Guid.NewGuid()),
            Name = "Acme",
            ApiKey = "key",
            KeyUnverified = hasNeverWorked,
            Hold = new HoldCause(HoldCause.CredentialsRejected, null, HoldCause.Service, Now - (heldMinutes * Minute)),
            CreatedAt = Now,
        };

        Assert.Equal(waitMinutes * Minute, ProjectHold.ProbeEvery(project, Now, Minute));
        Assert.Equal(2 * TimeSpan.FromHours(1), ProjectHold.ProbeEvery(project with { Hold = project.Hold with { Since = Now } }, Now, 2 * TimeSpan.FromHours(1)));
    }
}
