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


def two_needs(elsewhere: str) -> str:
    """Say why the need of teams is one thing against today's people and another in the plan of people alone.

    Parameters
    ----------
    elsewhere
        Where the first of the two stands.

    Returns
    -------
    str
        One sentence.
    """
    return (
        f"Two needs that differ and are both right: {elsewhere}, the people that each team would need every week if "
        "teams shared the queues as they do today; here, the hours of work that the cheapest plan puts with each team, "
        "where teams may share the queues anew and work may wait within its target."
    )
