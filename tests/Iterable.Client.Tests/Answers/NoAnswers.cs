namespace Iterable.Client.Tests.Answers;

/// <summary>Bodies that something in front of Iterable may answer with 200, and that say nothing about any member of a call.</summary>
public static class NoAnswers
{
    /// <summary>JSON objects, for calls of any number of members.</summary>
    public static readonly IReadOnlyList<string> Objects =
    [
        "{}",
        """{"msg":"","code":"Success","params":null}""",
        """{"status":"maintenance"}""",
        """{"error":"try later"}""",
        """{"code":"GenericError"}""",
        """{"code":"GenericError","successCount":3,"failCount":0}""",
        """{"code":7,"successCount":3}""",
        """{"successCount":"3"}""",
        """{"successCount":2.5}""",
        """{"successCount":-1}""",
        """{"successCount":true}""",
        """{"successCount":null,"failCount":null}""",
        """{"successCount":3,"failCount":"0"}""",
        """{"successCount":3,"failCount":-1}""",
        """{"successCount":3,"failCount":{}}""",
        """{"successCount":0,"failCount":0}""",
        """{"successCount":0}""",
        """{"failCount":2}""",
        """{"successCount":0,"failCount":100000}""",
        """{"successCount":1,"failCount":99999999999999999999}""",
    ];

    /// <summary>What is no JSON object.</summary>
    public static readonly IReadOnlyList<string> Others = ["", "   ", "<html><body>ok</body></html>", "OK", """{"successCount":1,"failC""", "[]", "1", "\"ok\""];

    /// <summary>JSON objects, for a call of three members.</summary>
    public static TheoryData<string> OfNobody =>
    [
        .. Objects,
        """{"successCount":0,"failCount":4}""",
        """{"failedUpdates":{"conflictEmails":["stranger@example.com"]}}""",
    ];

    public static TheoryData<string> NotObjects => [.. Others];
}
