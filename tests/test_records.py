"""Records as what they are."""

import pytest

from stridetale.athlete import AthleteId
from stridetale.errors import StoreDamaged
from stridetale.jobs import Job
from stridetale.records import Record


def record(document: str) -> Record:
    return Record("job", "tell/1", AthleteId("1"), document)


def test_a_record_is_read_as_what_it_is() -> None:
    job = Job(id="tell/1", kind="tell", athlete=AthleteId("1"))
    assert record(job.model_dump_json()).read(Job) == job


@pytest.mark.parametrize("document", ["", "{", "[]", "{}", '{"id": 7}'])
def test_what_is_no_such_thing_is_damaged(document: str) -> None:
    with pytest.raises(StoreDamaged, match="A record of the kind job is damaged"):
        record(document).read(Job)
