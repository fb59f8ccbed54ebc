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
        var isWalk = returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);
        var fails = (isWalk || typeof(Task).IsAssignableFrom(returned)) && _plan.IsNext(targetMethod.Name);
        if (fails && !_plan.IsAfter) return isWalk ? Made(nameof(FailWalkAsync), returned, [null]) : Failed(returned, null);
        var result = targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (!fails) return result;
        return isWalk ? Made(nameof(FailWalkAsync), returned, [result]) : Failed(returned, (Task)result!);
    }

    private static object Failed(Type returned, Task? after) => returned.IsGenericType ? Made(nameof(FailAsync), returned, [after]) : FailAsync<object?>(after);

    private static object Made(string how, Type returned, object?[] arguments) =>
        typeof(FaultyStore<T>).GetMethod(how, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(returned.GetGenericArguments()[0]).Invoke(null, arguments)!;

    /// <summary>A walk fails before the first of what is walked over, or after the last.</summary>
    private static async IAsyncEnumerable<TItem> FailWalkAsync<TItem>(IAsyncEnumerable<TItem>? after)
    {
        if (after is not null)
        {
            await foreach (var item in after) yield return item;
        }
        throw new StorageUnavailableException("The test lets this walk fail.");
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
    private string? _only;

    /// <summary>Whether the operation is done before it fails.</summary>
    public bool IsAfter { get; private set; }

    /// <summary>The operation that failed; null where it has not come yet.</summary>
    public string? Failed { get; private set; }

    /// <param name="number">Which operation from now on, from 1.</param>
    /// <param name="isAfter">Whether it is done before it fails.</param>
    /// <param name="only">Counts the operations of this name alone; null for all.</param>
    public void Arm(int number, bool isAfter, string? only = null)
    {
        (IsAfter, Failed, _only) = (isAfter, null, only);
        Volatile.Write(ref _until, number);
    }

    public void Disarm() => Volatile.Write(ref _until, 0);

    public bool IsNext(string operation)
    {
        if (Volatile.Read(ref _until) <= 0 || (_only is { } only && only != operation) || Interlocked.Decrement(ref _until) != 0) return false;
        Failed = operation;
        return true;
    }
}
