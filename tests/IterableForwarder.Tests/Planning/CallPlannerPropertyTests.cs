using CsCheck;

namespace IterableForwarder.Tests.Planning;

public sealed class CallPlannerPropertyTests
{
    [Fact]
    public void Whatever_happens_every_change_is_settled_once_and_the_last_one_wins() =>
        PlannerPrograms.All.Sample(PlannerModel.Run, iter: 2_000, print: PlannerPrograms.Print);
}
