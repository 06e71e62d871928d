using Fraud.Http.Idempotency;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Idempotency;

public class KeyedAnswersTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Begin_NewKey_StartsOnceAndIsThenInProgress()
    {
        var answers = Answers(new IdempotencyOptions());

        Assert.Equal(KeyState.Started, answers.Begin(1, 10, out _));
        Assert.Equal(KeyState.InProgress, answers.Begin(1, 10, out _));
        Assert.Equal(KeyState.OtherRequest, answers.Begin(1, 11, out _));
        Assert.Equal(KeyState.Started, answers.Begin(2, 10, out _));
    }

    [Fact]
    public void Complete_TheAnswer_IsGivenToTheSameRequestOnly()
    {
        var answers = Answers(new IdempotencyOptions());
        var answer = Answer(100);
        answers.Begin(1, 10, out _);
        answers.Complete(1, answer);

        Assert.Equal(KeyState.Done, answers.Begin(1, 10, out var given));
        Assert.Same(answer, given);
        Assert.Equal(KeyState.OtherRequest, answers.Begin(1, 11, out _));
    }

    [Fact]
    public void Abandon_TheKey_IsFreeForAnyRequest()
    {
        var answers = Answers(new IdempotencyOptions());
        answers.Begin(1, 10, out _);
        answers.Abandon(1);

        Assert.Equal(KeyState.Started, answers.Begin(1, 11, out _));
    }

    [Fact]
    public void Begin_MoreKeysThanAreKept_ForgetsTheOldestAnsweredAndNoneInProgress()
    {
        var answers = Answers(new IdempotencyOptions { MaxKeys = 3 });
        answers.Begin(1, 1, out _);
        Done(answers, 2);
        Done(answers, 3);

        Assert.Equal(KeyState.Started, answers.Begin(4, 4, out _));

        Assert.Equal(KeyState.InProgress, answers.Begin(1, 1, out _));
        Assert.Equal(KeyState.Done, answers.Begin(3, 3, out _));
        Assert.Equal(3, answers.Count);
        Assert.Equal(KeyState.Started, answers.Begin(2, 2, out _));
        Assert.Equal(KeyState.Full, answers.Begin(5, 5, out _));
    }

    [Fact]
    public void Complete_MoreBytesThanAreKept_ForgetsTheOldest()
    {
        var answers = Answers(new IdempotencyOptions { MaxBytes = 250 });
        Done(answers, 1, 100);
        Done(answers, 2, 100);
        Done(answers, 3, 100);

        Assert.Equal(200, answers.Bytes);
        Assert.Equal(2, answers.Count);
        Assert.Equal(KeyState.Started, answers.Begin(1, 1, out _));
    }

    [Fact]
    public void Complete_AnAnswerTooLong_IsNotKept()
    {
        var answers = Answers(new IdempotencyOptions { MaxAnswerBytes = 99 });
        Done(answers, 1, 100);

        Assert.Equal(0, answers.Count);
        Assert.Equal(0, answers.Bytes);
    }

    [Fact]
    public void Begin_AfterTheRetention_IsNew()
    {
        var answers = Answers(new IdempotencyOptions { Retention = TimeSpan.FromMinutes(1) });
        Done(answers, 1);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(KeyState.Done, answers.Begin(1, 1, out _));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(KeyState.Started, answers.Begin(1, 1, out _));
    }

    private static void Done(KeyedAnswers answers, UInt128 key, int bytes = 10)
    {
        answers.Begin(key, key, out _);
        answers.Complete(key, Answer(bytes));
    }

    private static KeyedAnswer Answer(int bytes) => new("application/json", null, new byte[bytes]);

    private KeyedAnswers Answers(IdempotencyOptions options) => new(options, _time);
}
