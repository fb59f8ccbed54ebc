using CsCheck;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests.Journal;

public sealed class FingerprintSortTests
{
    /// <summary>Spread evenly, crowded into one place, and many alike.</summary>
    private static readonly Gen<ulong[]> Fingerprints = Gen.OneOf(
        Gen.ULong.Array[0, 5000],
        Gen.ULong[0, 1000].Array[0, 5000],
        Gen.OneOf(Gen.Const(0UL), Gen.Const(1UL), Gen.Const(ulong.MaxValue), Gen.Const(1UL << 63)).Array[0, 200]);

    [Fact]
    public void It_sorts_any_input() => Fingerprints.Sample(
        fingerprints =>
        {
            var expected = fingerprints.Order().ToArray();

            FingerprintSort.Sort(fingerprints);

            Assert.Equal(expected, fingerprints);
        },
        iter: 300);
}
