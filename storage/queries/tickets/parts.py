"""Where the work of a ticket is, in parts (spec, promise 2)."""

from collections import defaultdict
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.tickets import Ticket
from domain.reads.work_buckets import work_of
from domain.vocabulary import Bucket


class Part(NamedTuple):
    """Minutes of some work, and their net in cents."""

    minutes: int = 0
    net: int = 0


NOTHING: Final = Part()


def parts_of_entries(session: Session, ticket_id: int) -> dict[int, dict[Bucket, Part]]:
    """What of each time entry of a ticket is in each bucket."""
    of = work_of(table_of(Ticket).c.id == ticket_id)
    keys, sums = (of.c.time_entry_id, of.c.bucket), (func.sum(of.c.minutes), func.sum(of.c.cents))
    found: dict[int, dict[Bucket, Part]] = defaultdict(dict)
    for entry_id, bucket, minutes, cents in session.execute(select(*keys, *sums).group_by(*keys)):
        found[entry_id][Bucket(bucket)] = Part(int(minutes), int(cents))
    return found
