namespace IterableForwarder.Journal.Limits;

/// <summary>What there is no room in.</summary>
internal enum NoRoomIn
{
    /// <summary>Too many changes are pending for the connection: it may be tried again.</summary>
    Connection,

    /// <summary>Too many changes are pending in all: it may be tried again.</summary>
    Service,

    /// <summary>The disk is nearly full: it may be tried again.</summary>
    Disk,

    /// <summary>The batch alone is more than may ever be pending: trying again is no use.</summary>
    Limit,
}

/// <summary>Why nothing more is taken, before any of it was stored.</summary>
/// <param name="In">What is full.</param>
/// <param name="Detail">A sentence for the operator.</param>
internal sealed record NoRoom(NoRoomIn In, string Detail);

/// <summary>There is no room for what a request brings. Nothing of it was accepted.</summary>
internal sealed class NoRoomException(NoRoom noRoom) : Exception(noRoom.Detail)
{
    public NoRoom NoRoom => noRoom;
}
