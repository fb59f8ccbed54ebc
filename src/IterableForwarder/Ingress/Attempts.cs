using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>Accepting under connections that a source makes itself, while an operator may delete them.</summary>
internal static class Attempts
{
    /// <summary>How often they are looked for: that somebody deletes one in that moment more than once takes some doing.</summary>
    private const int Max = 3;

    /// <summary>
    /// Tries again when a connection or its project was deleted in the meantime: the next attempt makes what is missing anew. Senders do not send again what is answered
    /// with 404, and would lose what they sent.
    /// </summary>
    /// <param name="accept">Finds or makes the connections, and accepts.</param>
    public static async Task<T> UntilConnectionsStayAsync<T>(Func<Task<T>> accept)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await accept();
            }
            catch (Exception e) when (e is ConnectionGoneException or ProjectGoneException && attempt < Max)
            {
                // made anew
            }
        }
    }
}
