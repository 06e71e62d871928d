using System.Text;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class RecentIdsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_024)]
    [InlineData(3_000)]
    public void Add_MoreThanItHoldsOrLongAgo_ForgetsTheOldestFirst(int capacity)
    {
        var ids = new RecentIds(capacity, Hour);
        var reference = new List<(int Id, long Seconds, long Note)>();
        var random = new Random(capacity);
        long seconds = 1_700_000_000;
        for (var i = 0; i < 20_000; i++)
        {
            // Now and then nothing comes for most of the window.
            seconds += random.Next(500) == 0 ? 3_000 : random.Next(2);
            reference.RemoveAll(known => seconds - known.Seconds > 3_600);
            var id = random.Next(capacity * 3);
            var isNew = !reference.Exists(known => known.Id == id);
            if (isNew)
            {
                reference.Add((id, seconds, 0));
                if (reference.Count > capacity)
                {
                    reference.RemoveAt(0);
                }
            }

            Assert.Equal(isNew, ids.Add(Bytes(id), seconds * 1_000));
            Assert.Equal(reference.Count, ids.Count);
            var noted = random.Next(capacity * 3);
            ids.Note(Bytes(noted), i + 1);
            if (reference.FindIndex(known => known.Id == noted) is >= 0 and var at)
            {
                reference[at] = reference[at] with { Note = i + 1 };
            }

            var asked = random.Next(capacity * 3);
            Assert.Equal(reference.FirstOrDefault(known => known.Id == asked, (0, 0, -1)).Note, ids.NoteOf(Bytes(asked)) ?? -1);
        }

        static byte[] Bytes(int id) => Encoding.UTF8.GetBytes($"payment-{id}");
    }

    [Fact]
    public void Add_NoCapacity_RemembersNothing()
    {
        var ids = new RecentIds(0, Hour);

        Assert.True(ids.Add("a"u8, 0));
        Assert.True(ids.Add("a"u8, 0));
        ids.Note("a"u8, 1);
        Assert.Null(ids.NoteOf("a"u8));
        Assert.Equal(0, ids.Count);
    }

    [Fact]
    public void Add_ClockThatGoesBack_RemembersWhatCameLater()
    {
        var ids = new RecentIds(10, Hour);

        Assert.True(ids.Add("a"u8, 10_000_000));
        Assert.True(ids.Add("b"u8, 1_000_000));

        Assert.False(ids.Add("a"u8, 1_000_000));
    }

    [Fact]
    public void Add_IdsThatDifferInOneByte_AreAllNew()
    {
        var ids = new RecentIds(100_000, Hour);
        for (var length = 1; length <= 63; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var id = new byte[length];
                id[at] = 1;
                Assert.True(ids.Add(id, 0), $"{length} bytes, byte {at}");
            }

            Assert.True(ids.Add(new byte[length], 0), $"{length} zero bytes");
        }
    }
}
