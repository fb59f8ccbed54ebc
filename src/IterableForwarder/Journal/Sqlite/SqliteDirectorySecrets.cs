using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Turns projects into what may stand on disk and back.</summary>
internal sealed class SqliteDirectorySecrets(SecretProtector protector, TimeProvider time)
{
    public static string HashOf(string apiKey) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));

    /// <summary>A secret that did not change keeps its text, also one that could not be decrypted.</summary>
    public StoredProject Protect(Project project, StoredProject? before = null)
    {
        var sameKey = before is not null && before.Project.ApiKey == project.ApiKey;
        var sameSecret = before is not null && before.Project.SegmentSecret == project.SegmentSecret;
        return new StoredProject(
            project,
            sameKey ? before!.KeyHash : HashOf(project.ApiKey),
            sameKey ? before!.ProtectedKey : protector.Protect(project.ApiKey),
            sameSecret ? before!.ProtectedSegmentSecret : project.SegmentSecret is { } secret ? protector.Protect(secret) : null);
    }

    public StoredProject Read(SqliteDirectoryRows.ProjectRow row)
    {
        var readable = protector.TryUnprotect(row.ApiKey, out var apiKey);
        var project = new Project
        {
            Id = new ProjectId(SqliteForms.ToGuid(row.Id)),
            Name = row.Name,
            ApiKey = apiKey ?? "",
            DataCenter = SettingsWords.DataCenters.Parse(row.DataCenter),
            Type = SettingsWords.ProjectTypes.Parse(row.Type),
            UserId = SettingsWords.IdentityRules.Parse(row.UserId),
            Budgets = new Budgets(row.BudgetLists, row.BudgetUsers, row.BudgetEvents),
            SegmentSecret = ReadSegmentSecret(row.SegmentSecret),
            Hold = HoldOf(SqliteDirectoryDocuments.ReadStop(row.Hold), readable),
            Source = SqliteDirectoryDocuments.ReadSource(row.Source),
            KeyUnverified = row.KeyUnverified,
            EventsIgnored = row.EventsIgnored,
            CreatedAt = SqliteForms.ToTime(row.CreatedAt),
        };
        return new StoredProject(project, Convert.ToHexString(row.ApiKeyHash), row.ApiKey, row.SegmentSecret);
    }

    /// <summary>An unreadable secret becomes one that no signature fits: losing the ring must not open the path it guards.</summary>
    private string? ReadSegmentSecret(string? protectedSecret)
    {
        if (protectedSecret is null) return null;
        return protector.TryUnprotect(protectedSecret, out var secret) ? secret : Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    }

    private Stop? HoldOf(Stop? stored, bool readable)
    {
        if (readable) return stored?.Reason == Stop.KeyUnreadable ? null : stored;
        return stored?.Reason == Stop.KeyUnreadable
            ? stored
            : new Stop(Stop.KeyUnreadable, "The stored key cannot be decrypted: the key ring it was encrypted with is gone. Set the key again.", Stop.Service, time.GetUtcNow());
    }
}
