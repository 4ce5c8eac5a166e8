"""How to read the figures of a pack: what is counted, and what is taken for granted."""

READING = tuple(
    """\
The on-time share weighs queues by severity and volume, against today's volume: an item that automation removes is \
on time.
Counted are items whose deadline falls inside the plan.
Futures are joint draws of volumes and of the effects of requests; all sets are valued on the same ones.
Teams share their hours week by week so that queues are covered evenly, on expected work.
People who leave are not replaced unless a request does it.
Where an ask would start before its team's hiring lead time, it starts and costs from the week in which people can be \
there.
Effects of requests overlap: what a set gives is not the sum of what its requests give alone.
""".splitlines()
)
