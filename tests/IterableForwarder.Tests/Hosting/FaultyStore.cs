using System.Reflection;
using IterableForwarder.Journal;

namespace IterableForwarder.Tests.Hosting;

/// <summary>A store whose operations fail by number: counted from when it was armed, the one that a test names.</summary>
/// <remarks>
/// A failure comes instead of the operation, or after it: then all of it was done, and whoever asked is told that it failed, as after a commit
/// whose result is not known.
/// </remarks>
public class FaultyStore<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private FaultPlan _plan = null!;

    internal static T Around(T inner, FaultPlan plan)
    {
        var store = Create<T, FaultyStore<T>>();
        var proxy = (FaultyStore<T>)(object)store;
        (proxy._inner, proxy._plan) = (inner, plan);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var returned = targetMethod!.ReturnType;
        // what is walked over is read by a question before it, and has no one result
        var canFail = typeof(Task).IsAssignableFrom(returned) && _plan.IsNext(targetMethod.Name);
        if (canFail && !_plan.IsAfter) return Failed(returned, null);
        var result = targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        return canFail ? Failed(returned, (Task)result!) : result;
    }

    private static object Failed(Type returned, Task? after)
    {
        if (!returned.IsGenericType) return FailAsync<object?>(after);
        var fail = typeof(FaultyStore<T>).GetMethod(nameof(FailAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
        return fail.MakeGenericMethod(returned.GetGenericArguments()[0]).Invoke(null, [after])!;
    }

    private static async Task<TResult> FailAsync<TResult>(Task? after)
    {
        if (after is not null) await after;
        throw new StorageUnavailableException("The test lets this operation fail.");
    }
}

/// <summary>Which operation of a store fails next. Safe for concurrent use.</summary>
internal sealed class FaultPlan
{
    private int _until;

    /// <summary>Whether the operation is done before it fails.</summary>
    public bool IsAfter { get; private set; }

    /// <summary>The operation that failed; null where it has not come yet.</summary>
    public string? Failed { get; private set; }

    public void Arm(int number, bool isAfter)
    {
        (IsAfter, Failed) = (isAfter, null);
        Volatile.Write(ref _until, number);
    }

    public void Disarm() => Volatile.Write(ref _until, 0);

    public bool IsNext(string operation)
    {
        if (Volatile.Read(ref _until) <= 0 || Interlocked.Decrement(ref _until) != 0) return false;
        Failed = operation;
        return true;
    }
}
