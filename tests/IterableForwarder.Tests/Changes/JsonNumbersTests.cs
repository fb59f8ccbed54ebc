using System.Globalization;
using System.Numerics;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Tests.Changes;

/// <summary>A number that is meant as an id is its plain digits, exactly.</summary>
public sealed class JsonNumbersTests
{
    [Theory]
    [InlineData("42", "42")]
    [InlineData("42.0", "42")]
    [InlineData("4.2e1", "42")]
    [InlineData("4.2E+1", "42")]
    [InlineData("420e-1", "42")]
    [InlineData("0.42e2", "42")]
    [InlineData("42.000e0", "42")]
    [InlineData("-42.0", "-42")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e9", "0")]
    [InlineData("0e999999999999", "0")]
    [InlineData("9007199254740993.0", "9007199254740993")]
    [InlineData("-7246244611012968789", "-7246244611012968789")]
    [InlineData("123456789012345678901234567890.0", "123456789012345678901234567890")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5", "1.5")]
    [InlineData("15e-1", "15e-1")]
    [InlineData("1e-5", "1e-5")]
    [InlineData("1e99999", "1e99999")]
    [InlineData("1e29", "100000000000000000000000000000")]
    [InlineData("1e30", "1e30")]
    [InlineData("1e999", "1e999")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    [InlineData("1e-99999999999999999999", "1e-99999999999999999999")]
    public void An_integral_value_is_its_plain_digits(string number, string expected) => Assert.Equal(expected, Plain(number));

    [Fact]
    public void Every_form_of_a_number_is_one_id()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 2000; i++)
        {
            var value = new BigInteger(random.NextInt64()) * new BigInteger(random.Next(1, 1000));
            var digits = value.ToString(CultureInfo.InvariantCulture);
            var shift = random.Next(0, digits.Length + 5);
            var padded = digits.PadLeft(shift + 1, '0');
            var scientific = $"{padded[..^shift]}{(shift == 0 ? "" : "." + padded[^shift..])}e{shift}".TrimStart('0');
            if (!char.IsAsciiDigit(scientific[0])) scientific = "0" + scientific;
            Assert.Equal(digits, Plain(scientific));
            Assert.Equal(digits, Plain($"{digits}{new string('0', 3)}e-3"));
        }
    }

    [Theory]
    [InlineData("42", 42L)]
    [InlineData("9223372036854775807", 9223372036854775807L)]
    [InlineData("9223372036854775808", null)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData(" 1", null)]
    [InlineData("1.5", null)]
    [InlineData("", null)]
    public void An_id_of_Iterables_is_a_whole_number_from_1(string plain, long? expected) => Assert.Equal(expected, JsonNumbers.IdOf(Encoding.UTF8.GetBytes(plain)));

    private static string Plain(string number) => Encoding.UTF8.GetString(JsonNumbers.Plain(Encoding.UTF8.GetBytes(number)).Span);
}
