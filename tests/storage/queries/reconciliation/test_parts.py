"""Parts of a ticket: what an adjustment writes off, and what a list behind a figure shows (spec, promise 2)."""

from domain.reads.selection import TicketFilter
from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket, LineState
from storage.queries.reconciliation.buckets import NO_WORK, Amount, Dimension, bucket_matrix, prove
from storage.queries.tickets.grid import TicketRow, ticket_page
from tests.builders import World


def buckets(world: World) -> dict[Bucket, Amount]:
    """Where work is; only what is not empty."""
    return {bucket: amount for bucket, amount in world.read(prove).buckets.items() if amount != NO_WORK}


def rows_of(world: World, narrowed: TicketFilter) -> list[TicketRow]:
    return world.read(lambda session: ticket_page(session, narrowed))


def adjust_line(world: World, line_id: int, minutes: int) -> None:
    world.execute(
        """UPDATE proposal_line SET minutes = :minutes, net = :minutes * 100, original_minutes = minutes, original_rate = rate,
        original_description = description, adjustment_reason = 'sconto', adjusted_by = 'mario' WHERE id = :id""",
        id=line_id,
        minutes=minutes,
    )


def test_what_an_adjustment_takes_off_a_line_is_written_off_with_its_reason(world: World) -> None:
    line = world.proposal_of(world.ticket(60)).lines[0]
    adjust_line(world, line.id, 30)
    assert buckets(world) == {Bucket.PROPOSED: Amount(1, 30, 3000), Bucket.WRITTEN_OFF: Amount(1, 30, 3000)}
    assert world.read(lambda session: bucket_matrix(session, Dimension.MONTH, WorkFilter(reason="sconto"))).total.cents == 3000
    assert world.read(prove).differences == ()


def test_what_an_adjustment_adds_to_a_line_is_written_off_with_a_minus(world: World) -> None:
    line = world.proposal_of(world.ticket(60)).lines[0]
    adjust_line(world, line.id, 90)
    assert buckets(world) == {Bucket.PROPOSED: Amount(1, 90, 9000), Bucket.WRITTEN_OFF: Amount(1, -30, -3000)}
    assert world.read(prove).differences == ()


def test_a_merged_line_that_was_adjusted_is_shared_among_its_entries_without_a_rest(world: World) -> None:
    detail = world.proposal_of(world.ticket(20, 20, 20), group_entries=True)
    adjust_line(world, detail.lines[0].id, 50)
    assert buckets(world) == {Bucket.PROPOSED: Amount(3, 50, 5000), Bucket.WRITTEN_OFF: Amount(3, 10, 1000)}
    assert world.read(prove).differences == ()


def test_the_list_behind_a_bucket_shows_the_part_of_each_ticket_that_the_bucket_counts(world: World) -> None:
    ticket_id = world.ticket(60, 30)
    detail = world.proposal_of(ticket_id)
    world.decide(detail.number, LineState.SUSPENDED, "attesa", line_ids={detail.lines[0].id})
    for bucket, minutes in ((Bucket.SUSPENDED, 60), (Bucket.PROPOSED, 30)):
        [row] = rows_of(world, TicketFilter(work=WorkFilter(bucket)))
        assert (row.minutes, row.value, row.whole_minutes) == (minutes, minutes * 100, 90)
    [whole] = rows_of(world, TicketFilter())
    assert (whole.minutes, whole.whole_minutes) == (90, None)
