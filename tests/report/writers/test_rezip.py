import io
import time
import zipfile

from qaf_analysis.report.writers.rezip import rezipped, unzipped, zipped


def made(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, name.encode() * 100)
    return out.getvalue()


def test_neither_the_clock_nor_the_order_is_in_the_bytes():
    one = made("b.xml", "[Content_Types].xml", "a.xml")
    time.sleep(2.1)  # the clock of zip files ticks every two seconds
    other = made("a.xml", "b.xml", "[Content_Types].xml")
    assert one != other
    assert rezipped(one) == rezipped(other)


def test_the_list_of_types_comes_first_and_nothing_names_a_machine():
    with zipfile.ZipFile(io.BytesIO(rezipped(made("b", "[Content_Types].xml", "a")))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["[Content_Types].xml", "a", "b"]
    for entry in entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.create_system, entry.external_attr) == (0, 0o600 << 16)  # as Python has it
        assert entry.compress_type == zipfile.ZIP_DEFLATED


def test_what_is_packed_comes_out_again():
    parts = {"a/b.bin": bytes(range(256)), "c": b""}
    assert unzipped(zipped(parts)) == parts
