namespace IterableForwarder.Demo;

/// <summary>What is sent through the service, and what has to come of it.</summary>
internal static class Samples
{
    public const string ApiKey = "demo-key";

    /// <summary>The lists in the sandbox before anything is sent.</summary>
    public static readonly IReadOnlyDictionary<long, string> Lists = new Dictionary<long, string>
    {
        [42] = "VIP customers",
        [43] = "Lapsed customers",
        [44] = "Trial users",
        [45] = "Newsletter",
    };

    /// <summary>Who has to be on them at the end.</summary>
    public static readonly IReadOnlyDictionary<long, string[]> Expected = new Dictionary<long, string[]>
    {
        [42] = ["ann@example.com / c-1", "ben@example.com / c-2"],
        [43] = ["ben@example.com / c-2", "eve@example.com / c-5"],
        [44] = ["zoe@example.com / c-26"],
        [45] = ["fay@example.com / c-6", "gus@example.com / –"],
    };

    /// <summary>Who is on two of the lists already, straight from Iterable's side.</summary>
    public static readonly IReadOnlyDictionary<long, string> Before = new Dictionary<long, string>
    {
        [44] = """{"listId":44,"subscribers":[{"email":"ann@example.com","userId":"c-1"},{"email":"zoe@example.com","userId":"c-26"}]}""",
        [45] = """{"listId":45,"subscribers":[{"email":"hal@example.com","userId":"c-8"}]}""",
    };

    public const string Project = """{"name":"Demo","apiKey":"demo-key","dataCenter":"us","type":"hybrid","userId":"customerId"}""";

    public const string Members =
        """
        {"changes":[
          {"action":"add",   "email":"Fay@Example.com", "customerId":"c-6", "attributes":{"first_name":"Fay","plan":"gold"}},
          {"action":"add",   "email":"gus@example.com"},
          {"action":"remove","email":"hal@example.com", "customerId":"c-8"},
          {"action":"add",   "email":"ida@example.com", "customerId":"c-9"},
          {"action":"remove","email":"ida@example.com", "customerId":"c-9"},
          {"action":"add",   "customerId":"c-10"},
          {"action":"add",   "email":"jon(at)example.com", "customerId":"c-11"}
        ]}
        """;

    public static string Connection(string projectId) =>
        $$$"""
        {"projectId":"{{{projectId}}}","name":"Newsletter","audienceId":"newsletter","listId":45,"attributes":{"firstName":"first_name"}}
        """;

    /// <summary>
    /// An audience message: two people who enter, one of them also leaving a trial; an update of attributes, which is no change of
    /// membership; one without an e-mail; one with a hashed one; and one whose second audience has no usable list.
    /// </summary>
    public static string MParticle(Guid id, DateTimeOffset now) =>
        $$$"""
        {"type":"audience_membership_change_request","id":"{{{id}}}","timestamp_ms":{{{now.ToUnixTimeMilliseconds()}}},"firehose_version":"3.2.0",
         "account":{"account_id":123456,"account_settings":{"apiKey":"{{{ApiKey}}}","userIdField":"customerId"}},
         "user_profiles":[
           {"mpid":"-5227515829034156637",
            "user_identities":[{"type":"email","encoding":"raw","value":"ann@example.com"},{"type":"customer","encoding":"raw","value":"c-1"}],
            "audiences":[
              {"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"},
              {"audience_id":789,"audience_name":"Lapsed","audience_subscription_settings":{"listId":"43"},"action":"attribute_update",
               "user_attributes":[{"key":"Score","value":"99","action":"upsert"},{"key":"Churned","action":"delete"},{}]},
              {"audience_id":654,"audience_name":"Trial","audience_subscription_settings":{"listId":"44"},"action":"delete"}]},
           {"mpid":"1002",
            "user_identities":[{"type":"email","encoding":"raw","value":" Ben@Example.com "},{"type":"customer","encoding":"raw","value":"c-2"}],
            "audiences":[
              {"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"},
              {"audience_id":789,"audience_name":"Lapsed","audience_subscription_settings":{"listId":"43"},"action":"add"}]},
           {"mpid":"1003",
            "user_identities":[{"type":"customer","encoding":"raw","value":"c-3"}],
            "audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"}]},
           {"mpid":"1004",
            "user_identities":[{"type":"email","encoding":"sha256","value":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
                               {"type":"customer","encoding":"raw","value":"c-4"}],
            "audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"}]},
           {"mpid":"1005",
            "user_identities":[{"type":"email","encoding":"raw","value":"eve@example.com"},{"type":"customer","encoding":"raw","value":"c-5"}],
            "audiences":[
              {"audience_id":789,"audience_name":"Lapsed","audience_subscription_settings":{"listId":"43"},"action":"add"},
              {"audience_id":987,"audience_name":"Beta","audience_subscription_settings":{"listId":"forty-six"},"action":"add"}]}]}
        """;
}
